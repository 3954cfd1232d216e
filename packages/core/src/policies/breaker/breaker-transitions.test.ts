import { describe, expect, it } from 'vitest'
import type { BreakerView } from '../../ports/breaker-store.ts'
import { admitCall, recordOutcome } from './breaker-machine.ts'
import { type BreakerPolicy, resolveBreaker } from './breaker-policy.ts'
import { createBreaker } from './breaker-state.ts'
import { adopt, longestOpenMs, setByHand } from './breaker-transitions.ts'

function openTrial(policy: BreakerPolicy = {}, random: () => number = () => 0.5) {
  const { rules } = resolveBreaker({ consecutiveFailures: 1, ...policy }, 'trial')
  const changes: string[] = []
  const onChange = (view: BreakerView, from: string) => changes.push(`${from} > ${view.state}`)
  const breaker = createBreaker('key', 1, { random, onChange })
  const admit = (now: number) => admitCall(breaker, rules, now)
  function call(kind: 'success' | 'failure', now: number, retryAfterMs?: number) {
    const admission = admit(now)
    if (!admission.admitted) throw new Error('rejected')
    const { generation, probe } = admission
    recordOutcome(breaker, rules, { generation, probe, kind, slow: false, reporter: 'a', retryAfterMs }, now)
    return breaker.view.openUntil === undefined ? breaker.state : breaker.view.openUntil - now
  }
  return { breaker, rules, changes, admit, call }
}

describe('the time that a breaker stays open', () => {
  it('is 5 s, doubled by each re-opening up to 60 s', () => {
    const { call } = openTrial()
    const times: number[] = []
    for (let now = 0; times.length < 7; now += times.at(-1) ?? 0) times.push(Number(call('failure', now)))
    expect(times).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
  })

  it('varies by ±10 %, at its limit too, so that breakers do not probe in step', () => {
    for (const [random, first, last] of [
      [0, 4_500, 54_000],
      [0.999_999_999, 5_500, 66_000],
    ] as const) {
      const { call, rules } = openTrial({}, () => random)
      const times: number[] = []
      for (let now = 0; times.length < 6; now += times.at(-1) ?? 0) times.push(Number(call('failure', now)))
      expect([times.at(0), times.at(-1)]).toEqual([first, last])
      expect(last).toBeLessThanOrEqual(longestOpenMs(rules))
    }
  })

  it('stays finite however often it re-opens', () => {
    const { call, breaker } = openTrial()
    call('failure', 0)
    breaker.growth = 5_000
    expect(call('failure', 5_000)).toBe(60_000)
  })

  it('is lengthened by the Retry-After of the failure that opened it, at most to 60 s', () => {
    const opened = (retryAfterMs: number | undefined) => openTrial().call('failure', 0, retryAfterMs)
    expect([undefined, 0, 4_000, 7_000, 60_000, 3_600_000].map(opened)).toEqual([
      5_000, 5_000, 5_000, 7_000, 60_000, 60_000,
    ])
  })

  it('is not changed by a wait that makes no sense', () => {
    const opened = (retryAfterMs: number) => openTrial().call('failure', 0, retryAfterMs)
    expect([Number.NaN, -1].map(opened)).toEqual([5_000, 5_000])
    expect(opened(Number.POSITIVE_INFINITY)).toBe(60_000)
  })

  it('is lengthened no further than the policy allows', () => {
    expect(openTrial({ openFor: 100, maxOpenFor: 1_000 }).call('failure', 0, 30_000)).toBe(1_000)
  })

  it('lasts at least a millisecond', () => {
    expect(openTrial({ openFor: 1 }, () => 0).call('failure', 0)).toBe(1)
  })
})

const failure = { kind: 'failure', slow: false, reporter: 'a' } as const

describe('the growth', () => {
  it('goes on when the breaker opens soon after it has closed', () => {
    const { call } = openTrial()
    call('failure', 0)
    call('success', 5_000)
    expect(call('failure', 9_999)).toBe(10_000)
  })

  it('is forgotten once the breaker was closed for as long as it was last open', () => {
    const { call } = openTrial()
    call('failure', 0)
    call('failure', 5_000)
    call('success', 15_000)
    expect(call('failure', 24_999)).toBe(20_000)
    call('success', 44_999)
    expect(call('failure', 64_999)).toBe(5_000)
  })

  it('counts the time that a Retry-After added as time open', () => {
    const { call } = openTrial()
    call('failure', 0, 30_000)
    call('success', 30_000)
    expect(call('failure', 59_999)).toBe(10_000)
    call('success', 69_999)
    expect(call('failure', 79_999)).toBe(5_000)
  })

  it('goes on after half-open ran out of time', () => {
    const { call, admit, breaker } = openTrial()
    call('failure', 0)
    admit(5_000)
    admit(65_000)
    expect(breaker.view.openUntil).toBe(75_000)
  })
})

describe('a breaker set by hand', () => {
  it('rejects while isolated, with no time to come back, whatever happens', () => {
    const { breaker, admit } = openTrial()
    setByHand(breaker, 'isolated', 0)
    for (const now of [0, 1e9]) {
      expect(admit(now)).toEqual({ admitted: false, state: 'isolated', retryAfterMs: undefined, cause: undefined })
    }
  })

  it('rejects while isolated although its policy only observes: a person has decided', () => {
    const { breaker, admit } = openTrial({ observe: true })
    setByHand(breaker, 'isolated', 0)
    expect(admit(0).admitted).toBe(false)
  })

  it('judges nothing while disabled', () => {
    const { breaker, call } = openTrial()
    setByHand(breaker, 'disabled', 0)
    expect([call('failure', 0), call('failure', 1)]).toEqual(['disabled', 'disabled'])
  })

  it('forgets what it knew when it is closed, and what is still running', () => {
    const { breaker, rules, call, admit } = openTrial({ consecutiveFailures: 2 })
    const late = admit(0)
    call('failure', 0)
    setByHand(breaker, 'closed', 1)
    if (late.admitted) recordOutcome(breaker, rules, { ...failure, generation: late.generation }, 2)
    expect(call('failure', 3)).toBe('closed')
    expect(call('failure', 4)).toBe(5_000)
  })

  it('forgets the growth when it is closed', () => {
    const { breaker, call } = openTrial()
    call('failure', 0)
    setByHand(breaker, 'closed', 1)
    expect(call('failure', 2)).toBe(5_000)
  })

  it('tells changes of state only', () => {
    const { breaker, changes } = openTrial()
    for (const state of ['closed', 'isolated', 'isolated', 'disabled', 'closed'] as const) setByHand(breaker, state, 0)
    expect(changes).toEqual(['closed > isolated', 'isolated > disabled', 'disabled > closed'])
  })

  it('takes no outcome of a probe from before', () => {
    const { breaker, rules, call, admit } = openTrial()
    call('failure', 0)
    const probe = admit(5_000)
    setByHand(breaker, 'isolated', 5_001)
    if (!probe.admitted) throw new Error('rejected')
    recordOutcome(breaker, rules, { ...failure, kind: 'success', ...probe }, 5_002)
    expect(breaker.state).toBe('isolated')
  })
})

describe('a breaker that goes on from another store', () => {
  const seen = { key: 'key', generation: 7 } as const

  it('stays open as long as it was told, with the cause', () => {
    const { breaker, rules, admit } = openTrial()
    adopt(breaker, rules, { ...seen, state: 'open', openUntil: 3_000, cause: 'down' }, 1_000)
    expect(admit(1_000)).toEqual({ admitted: false, state: 'open', retryAfterMs: 2_000, cause: 'down' })
    expect(admit(3_000)).toMatchObject({ admitted: true, probe: expect.any(String) })
  })

  it('stays open no longer than its rules allow, whatever the clock of the other store says', () => {
    const { breaker, rules } = openTrial()
    adopt(breaker, rules, { ...seen, state: 'open', openUntil: 1e12 }, 1_000)
    expect(breaker.view.openUntil).toBe(67_000)
  })

  it('sends a probe of its own where the other was half-open', () => {
    const { breaker, rules, admit } = openTrial()
    adopt(breaker, rules, { ...seen, state: 'half-open' }, 1_000)
    expect(admit(1_000)).toMatchObject({ admitted: true, probe: expect.any(String) })
    expect(admit(1_000).admitted).toBe(false)
  })

  it.each(['closed', 'isolated', 'disabled'] as const)('is %s as it was told', (state) => {
    const { breaker, rules } = openTrial()
    adopt(breaker, rules, { ...seen, state }, 1_000)
    expect(breaker.view).toEqual({ ...seen, state })
  })

  it('never falls back behind a generation of its own', () => {
    const { breaker, rules } = openTrial()
    breaker.generation = 50
    adopt(breaker, rules, { ...seen, state: 'closed' }, 1_000)
    expect(breaker.generation).toBe(51)
  })
})
