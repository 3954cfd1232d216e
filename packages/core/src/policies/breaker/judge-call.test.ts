import { describe, expect, it } from 'vitest'
import type { BreakerOutcome, BreakerOutcomeKind, BreakerState } from '../../ports/breaker-store.ts'
import { admitCall, recordOutcome } from './breaker-machine.ts'
import { type BreakerPolicy, resolveBreaker } from './breaker-policy.ts'
import { createBreaker } from './breaker-state.ts'

type Extra = Partial<BreakerOutcome>

function openTrial(policy: BreakerPolicy = {}) {
  let { rules } = resolveBreaker(policy, 'trial')
  const breaker = createBreaker('key', 1, { random: () => 0.5, onChange: () => undefined })
  const call = (kind: BreakerOutcomeKind, now = 0, extra: Extra = {}): BreakerState => {
    const admission = admitCall(breaker, rules, now)
    if (!admission.admitted) throw new Error('rejected')
    const { generation, probe } = admission
    return recordOutcome(breaker, rules, { generation, probe, kind, slow: false, reporter: 'a', ...extra }, now).state
  }
  return {
    breaker,
    call,
    calls: (pattern: string, now = 0, extra: Extra = {}) =>
      [...pattern].map((mark) => call(mark === 'F' ? 'failure' : mark === 'S' ? 'success' : 'ignored', now, extra)),
    follow(changed: BreakerPolicy) {
      rules = resolveBreaker(changed, 'trial').rules
    },
  }
}

const closed = (count: number): string[] => Array.from({ length: count }, () => 'closed')

describe('a closed breaker opens on consecutive failures', () => {
  it('opens on the fifth failure in a row, not on the fourth', () => {
    expect(openTrial().calls('FFFFF')).toEqual([...closed(4), 'open'])
  })

  it('counts from the start after a success', () => {
    expect(openTrial({ failureRate: 1 }).calls('FFFFSFFFF')).toEqual(closed(9))
  })

  it('neither counts nor resets on an ignored call', () => {
    expect(openTrial().calls('FFFFIIIF')).toEqual([...closed(7), 'open'])
  })

  it('counts failures in a row however old they are', () => {
    const { call } = openTrial()
    expect([0, 1e6, 2e6, 3e6, 4e6].map((now) => call('failure', now))).toEqual([...closed(4), 'open'])
  })

  it('leaves the judgement to the rates with Infinity', () => {
    const { calls } = openTrial({ consecutiveFailures: Number.POSITIVE_INFINITY, minimumCalls: 10 })
    expect(calls('FFFFFFFFFF')).toEqual([...closed(9), 'open'])
  })
})

describe('a closed breaker opens on the failure rate', () => {
  it('opens when exactly half of ten calls failed', () => {
    expect(openTrial().calls('FSFSFSFSSF').at(-1)).toBe('open')
    expect(openTrial().calls('FSFSFSFSSS').at(-1)).toBe('closed')
  })

  it('is judged on every recorded outcome: a success may open it', () => {
    expect(openTrial().calls('FSFSFSFSFS')).toEqual([...closed(9), 'open'])
  })

  it('knows no rate below minimumCalls, whatever failed', () => {
    const { calls } = openTrial({ consecutiveFailures: 100, minimumCalls: 20 })
    expect(calls('F'.repeat(19))).toEqual(closed(19))
    expect(calls('F')).toEqual(['open'])
  })

  it('does not count ignored calls towards minimumCalls or the window', () => {
    const { calls } = openTrial({ consecutiveFailures: 100 })
    expect(calls(`FFFFFFFFF${'I'.repeat(50)}`)).toEqual(closed(59))
    expect(calls('F')).toEqual(['open'])
  })

  it('looks at the last 20 calls: older successes do not dilute newer failures', () => {
    const { calls } = openTrial({ consecutiveFailures: 100 })
    expect(calls('S'.repeat(500) + 'F'.repeat(9))).toEqual(closed(509))
    expect(calls('F')).toEqual(['open'])
  })

  it('forgets failures that left the window of 20 calls', () => {
    const pattern = `FFFF${'S'.repeat(20)}`
    expect(openTrial().calls(pattern.repeat(5))).not.toContain('open')
  })

  it('forgets calls that are older than 60 s, and keeps those that are exactly as old', () => {
    const failed = (now: number): string[] => {
      const { calls } = openTrial({ consecutiveFailures: 100 })
      calls('FFFFFFFFF', 0)
      return calls('F', now)
    }
    expect([failed(60_000), failed(60_001)]).toEqual([['open'], ['closed']])
  })

  it('is unknown again when the old calls are gone', () => {
    const { calls } = openTrial({ consecutiveFailures: 100 })
    calls('SSSSSSFFFF', 0)
    expect(calls('FFFFFFFFF', 60_001)).toEqual(closed(9))
    expect(calls('F', 60_001)).toEqual(['open'])
  })

  it('compares the exact share: 3 of 10 is a rate of 0.3', () => {
    const { calls } = openTrial({ consecutiveFailures: 100, failureRate: 0.3 })
    expect(calls('FFSSSSSSSF').at(-1)).toBe('open')
  })

  it('keeps its newest calls when the rules of the key change the size of the window', () => {
    const { calls, follow, breaker } = openTrial({ consecutiveFailures: 100, minReporters: 2 })
    calls('SSSSSSSSSSSSSFFFF')
    follow({ consecutiveFailures: 100, minimumCalls: 8, window: { calls: 8 }, minReporters: 2 })
    expect(calls('S')).toEqual(['closed'])
    expect([breaker.window?.calls, breaker.window?.failures]).toEqual([8, 4])
    expect(calls('F', 0, { reporter: 'b' })).toEqual(['open'])
  })
})

describe('a closed breaker opens on slow calls', () => {
  const rules = { slowCallMs: 100, consecutiveFailures: 100, failureRate: 1 }

  it('opens when 0.8 of the calls were slow, though all succeeded', () => {
    const { call } = openTrial(rules)
    const states = [...'..ssssssss'].map((mark) => call('success', 0, { slow: mark === 's' }))
    expect(states).toEqual([...closed(9), 'open'])
  })

  it('does not judge slow calls without slowCallMs', () => {
    const { call } = openTrial()
    expect(Array.from({ length: 30 }, () => call('success', 0, { slow: true }))).toEqual(closed(30))
  })

  it('counts a slow call that failed once in each', () => {
    const { calls, call, breaker } = openTrial({ ...rules, minimumCalls: 5, failureRate: 0.6 })
    calls('SS')
    call('failure', 0, { slow: true })
    expect([breaker.window?.calls, breaker.window?.failures, breaker.window?.slow]).toEqual([3, 1, 1])
    expect(calls('FF')).toEqual(['closed', 'open'])
  })

  it('takes a slow success as the end of failures in a row', () => {
    const { calls, call } = openTrial({ slowCallMs: 100, failureRate: 1 })
    calls('FFFF')
    call('success', 0, { slow: true })
    expect(calls('FFFF')).toEqual(closed(4))
  })

  it('does not judge a slow call that is ignored', () => {
    const { call, breaker } = openTrial(rules)
    call('ignored', 0, { slow: true })
    expect(breaker.window).toBeUndefined()
  })
})

describe('with minReporters one bad node does not open it for all', () => {
  it('needs failures in a row of as many reporters', () => {
    const { calls } = openTrial({ minReporters: 2, failureRate: 1 })
    expect(calls('FFFFFF', 0, { reporter: 'bad' })).toEqual(closed(6))
    expect(calls('F', 0, { reporter: 'other' })).toEqual(['open'])
  })

  it('does not count a reporter whose failure was before the last success', () => {
    const { calls } = openTrial({ minReporters: 2, failureRate: 1 })
    calls('F', 0, { reporter: 'other' })
    calls('S')
    expect(calls('FFFFFF', 0, { reporter: 'bad' })).toEqual(closed(6))
  })

  it('does not count reporters of before it was last open', () => {
    const { call, calls } = openTrial({ minReporters: 2, consecutiveFailures: 2, failureRate: 1 })
    call('failure', 0, { reporter: 'a' })
    call('failure', 0, { reporter: 'b' })
    expect(call('success', 5_000)).toBe('closed')
    expect(calls('FFF', 5_000, { reporter: 'a' })).toEqual(closed(3))
  })

  it('needs failures in the window of as many reporters, not only calls', () => {
    const { calls } = openTrial({ minReporters: 2, consecutiveFailures: 100 })
    calls('SSSSSSSSS', 0, { reporter: 'good' })
    expect(calls('FFFFFFFFFFFF', 0, { reporter: 'bad' })).toEqual(closed(12))
    expect(calls('F', 0, { reporter: 'good' })).toEqual(['open'])
  })

  it('needs slow calls of as many reporters', () => {
    const { call } = openTrial({ minReporters: 2, slowCallMs: 1, minimumCalls: 5 })
    const from = (reporter: string): string => call('success', 0, { slow: true, reporter })
    expect([...'aaaaaaab'].map(from)).toEqual([...closed(7), 'open'])
  })

  it('opens by one reporter alone by default', () => {
    expect(openTrial().calls('FFFFF', 0, { reporter: 'only' }).at(-1)).toBe('open')
  })
})

describe('the cause of an opening', () => {
  it('is the message of the failure that opened it', () => {
    const { call, calls, breaker } = openTrial()
    calls('FFFF', 0, { cause: 'first' })
    call('failure', 0, { cause: 'last' })
    expect(breaker.view).toMatchObject({ state: 'open', cause: 'last' })
  })

  it('is the last failure when a success opened it', () => {
    const { calls, breaker } = openTrial()
    calls('FSFSFSFSF', 0, { cause: 'last failure' })
    calls('S')
    expect(breaker.view).toMatchObject({ state: 'open', cause: 'last failure' })
  })

  it('is missing when calls were slow and none failed', () => {
    const { call, breaker } = openTrial({ slowCallMs: 1, minimumCalls: 1 })
    call('success', 0, { slow: true })
    expect([breaker.view.state, 'cause' in breaker.view]).toEqual(['open', false])
  })
})
