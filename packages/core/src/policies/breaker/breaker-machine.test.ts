import { describe, expect, it } from 'vitest'
import type { BreakerAdmission, BreakerOutcome, BreakerOutcomeKind, BreakerView } from '../../ports/breaker-store.ts'
import { admitCall, holdsPermit, recordOutcome } from './breaker-machine.ts'
import { type BreakerPolicy, resolveBreaker } from './breaker-policy.ts'
import { createBreaker } from './breaker-state.ts'

/** A breaker that one failure opens for 5 s: open at 0, so the first probe may run at 5,000. */
function openTrial(policy: BreakerPolicy = {}) {
  const { rules } = resolveBreaker({ consecutiveFailures: 1, ...policy }, 'trial')
  const changes: string[] = []
  const onChange = (view: BreakerView, from: string) => changes.push(`${from} > ${view.state}`)
  const breaker = createBreaker('key', 1, { random: () => 0.5, onChange })
  const end = (of: BreakerAdmission, kind: BreakerOutcomeKind, now: number, extra: Partial<BreakerOutcome> = {}) => {
    if (!of.admitted) throw new Error(`rejected while ${of.state}`)
    const { generation, probe } = of
    return recordOutcome(breaker, rules, { generation, probe, kind, slow: false, reporter: 'a', ...extra }, now).state
  }
  const admit = (now: number) => admitCall(breaker, rules, now)
  return { breaker, rules, changes, admit, end, fail: (now: number) => end(admit(now), 'failure', now) }
}

const waitOf = (admission: BreakerAdmission) => (admission.admitted ? 'admitted' : admission.retryAfterMs)

describe('a closed breaker', () => {
  it('admits with one and the same frozen object, and tells one and the same view', () => {
    const { admit, end, breaker } = openTrial()
    const [first, view] = [admit(0), breaker.view]
    end(first, 'success', 1)
    expect(admit(2)).toBe(first)
    expect(breaker.view).toBe(view)
    expect([Object.isFrozen(first), Object.isFrozen(view)]).toEqual([true, true])
  })

  it('never becomes half-open directly', () => {
    const { admit, fail, end, changes } = openTrial()
    fail(0)
    end(admit(5_000), 'success', 5_000)
    fail(6_000)
    expect(changes).toEqual(['closed > open', 'open > half-open', 'half-open > closed', 'closed > open'])
  })
})

describe('an open breaker', () => {
  it('rejects with its state, its cause and a time that counts down', () => {
    const { admit, end } = openTrial()
    end(admit(0), 'failure', 0, { cause: 'HTTP 500' })
    expect(admit(0)).toEqual({ admitted: false, state: 'open', retryAfterMs: 5_000, cause: 'HTTP 500' })
    expect([admit(1_000), admit(4_999), admit(4_999.5)].map(waitOf)).toEqual([4_000, 1, 1])
  })

  it('is neither re-opened nor extended by failures that arrive while it is open', () => {
    const { admit, fail, end, changes, breaker } = openTrial()
    const late = [admit(0), admit(0), admit(0)]
    fail(0)
    for (const [index, call] of late.entries()) end(call, 'failure', 1_000 * (index + 1), { retryAfterMs: 60_000 })
    expect([breaker.view.openUntil, changes]).toEqual([5_000, ['closed > open']])
  })

  it('is not closed by successes of before it opened', () => {
    const { admit, fail, end } = openTrial()
    const late = admit(0)
    fail(0)
    expect(end(late, 'success', 100)).toBe('open')
  })

  it('takes a probe from the moment on at which its time is over', () => {
    const { admit, fail } = openTrial()
    fail(0)
    expect(admit(4_999).admitted).toBe(false)
    expect(admit(5_000)).toMatchObject({ admitted: true, probe: expect.any(String) })
  })
})

describe('outcomes of an older generation', () => {
  it('change nothing after the breaker has closed again', () => {
    const { admit, fail, end, breaker } = openTrial({ consecutiveFailures: 2 })
    const late = [admit(0), admit(0), admit(0)]
    fail(0)
    fail(0)
    end(admit(5_000), 'success', 5_000)
    for (const call of late) expect(end(call, 'failure', 5_001)).toBe('closed')
    expect(breaker.window).toBeUndefined()
    expect(fail(5_002)).toBe('closed')
  })

  it('change nothing while it is half-open, success or failure', () => {
    const { admit, fail, end } = openTrial()
    const [success, failure] = [admit(0), admit(0)]
    fail(0)
    const probe = admit(5_000)
    expect([end(success, 'success', 5_001), end(failure, 'failure', 5_001)]).toEqual(['half-open', 'half-open'])
    expect(end(probe, 'success', 5_002)).toBe('closed')
  })

  it('change nothing when they come from a probe of an earlier half-open time', () => {
    const { admit, fail, end } = openTrial({ halfOpen: { permits: 2 } })
    fail(0)
    const [first, second] = [admit(5_000), admit(5_000)]
    end(first, 'failure', 5_001)
    const third = admit(15_001)
    expect([end(second, 'failure', 15_002), end(third, 'success', 15_003)]).toEqual(['half-open', 'closed'])
  })
})

describe('a half-open breaker', () => {
  it('lets one of a thousand callers through', () => {
    const { admit, fail } = openTrial()
    fail(0)
    const admitted = Array.from({ length: 1_000 }, () => admit(5_000)).filter((admission) => admission.admitted)
    expect(admitted).toHaveLength(1)
  })

  it('lets as many probes through at a time as it has permits, and the next when one has ended', () => {
    const { admit, fail, end } = openTrial({ halfOpen: { permits: 2, successes: 3 } })
    fail(0)
    const [first, second] = [admit(5_000), admit(5_000)]
    expect(admit(5_000).admitted).toBe(false)
    end(first, 'success', 5_001)
    const third = admit(5_001)
    expect([second.admitted, third.admitted, admit(5_001).admitted]).toEqual([true, true, false])
  })

  it('rejects the others with a time to come back: what is left of the probe, at most openFor', () => {
    const { admit, fail } = openTrial()
    fail(0)
    admit(5_000)
    expect([admit(5_000), admit(33_000), admit(34_999.5)].map(waitOf)).toEqual([5_000, 2_000, 1])
    expect(admit(5_000)).toMatchObject({ admitted: false, state: 'half-open' })
  })

  it('closes by as many successes as it needs', () => {
    const { admit, fail, end } = openTrial({ halfOpen: { successes: 3 } })
    fail(0)
    const states = [1, 2, 3].map((n) => end(admit(5_000 + n), 'success', 5_000 + n))
    expect(states).toEqual(['half-open', 'half-open', 'closed'])
  })

  it('opens again by the first failure, whatever succeeded before', () => {
    const { admit, fail, end } = openTrial({ halfOpen: { successes: 3 } })
    fail(0)
    end(admit(5_000), 'success', 5_000)
    end(admit(5_000), 'success', 5_000)
    expect(end(admit(5_000), 'failure', 5_000)).toBe('open')
  })

  it('starts to count successes anew each time', () => {
    const { admit, fail, end } = openTrial({ halfOpen: { successes: 2 } })
    fail(0)
    end(admit(5_000), 'success', 5_000)
    end(admit(5_000), 'failure', 5_000)
    expect(end(admit(15_000), 'success', 15_000)).toBe('half-open')
  })

  it('opens again by the first failure of one reporter, also where more are needed to open it', () => {
    const { admit, end } = openTrial({ minReporters: 2, consecutiveFailures: 2 })
    end(admit(0), 'failure', 0, { reporter: 'a' })
    end(admit(0), 'failure', 0, { reporter: 'b' })
    expect(end(admit(5_000), 'failure', 5_000, { reporter: 'a' })).toBe('open')
  })

  it('gets the permit of an ignored probe back at once', () => {
    const { admit, fail, end } = openTrial()
    fail(0)
    for (let n = 0; n < 100; n += 1) expect(end(admit(5_000), 'ignored', 5_000)).toBe('half-open')
    expect(end(admit(5_001), 'success', 5_002)).toBe('closed')
  })

  it('gives the permit of a probe away after 30 s, and counts nothing of the late one', () => {
    const { admit, fail, end } = openTrial()
    fail(0)
    const late = admit(5_000)
    expect(admit(34_999).admitted).toBe(false)
    const next = admit(35_000)
    expect([end(late, 'failure', 35_001), end(next, 'success', 35_002)]).toEqual(['half-open', 'closed'])
  })

  it('counts nothing of a late probe whose permit nobody else took', () => {
    const { admit, fail, end } = openTrial()
    fail(0)
    const late = admit(5_000)
    expect(end(late, 'success', 35_000)).toBe('half-open')
  })

  it('counts the end of a probe once', () => {
    const { admit, fail, end } = openTrial({ halfOpen: { successes: 2 } })
    fail(0)
    const probe = admit(5_000)
    expect([end(probe, 'success', 5_000), end(probe, 'success', 5_000)]).toEqual(['half-open', 'half-open'])
  })

  it('counts a slow probe as a failure once slow calls are judged', () => {
    for (const [policy, state] of [
      [{ slowCallMs: 100 }, 'open'],
      [{}, 'closed'],
    ] as const) {
      const { admit, fail, end } = openTrial(policy)
      fail(0)
      expect(end(admit(5_000), 'success', 5_200, { slow: true })).toBe(state)
    }
  })

  it('does not judge a slow probe that is ignored', () => {
    const { admit, fail, end } = openTrial({ slowCallMs: 100 })
    fail(0)
    expect(end(admit(5_000), 'ignored', 5_200, { slow: true })).toBe('half-open')
  })

  it('opens again after 60 s without a decision, also when nobody asked in time', () => {
    const { admit, fail, end, changes } = openTrial({ halfOpen: { successes: 2 } })
    fail(0)
    end(admit(5_000), 'success', 5_000)
    expect(waitOf(admit(65_000))).toBe(10_000)
    expect(changes).toEqual(['closed > open', 'open > half-open', 'half-open > open'])
    const later = openTrial({ halfOpen: { successes: 2 } })
    later.fail(0)
    later.end(later.admit(5_000), 'success', 5_000)
    expect(waitOf(later.admit(70_000))).toBe(5_000)
    expect(later.admit(75_000)).toMatchObject({ admitted: true, probe: expect.any(String) })
  })

  it('does not take the success of a probe when its 60 s are over', () => {
    const { admit, fail, end } = openTrial({ halfOpen: { probeTimeout: 100_000 } })
    fail(0)
    expect(end(admit(5_000), 'success', 65_000)).toBe('open')
  })

  it('keeps the cause of its opening for those it rejects', () => {
    const { admit, end } = openTrial()
    end(admit(0), 'failure', 0, { cause: 'HTTP 500' })
    admit(5_000)
    expect(admit(5_000)).toMatchObject({ admitted: false, cause: 'HTTP 500' })
  })

  it('tells whether a probe still holds its permit, and renewing does not extend it', () => {
    const { admit, fail, breaker } = openTrial()
    fail(0)
    const admission = admit(5_000)
    const probe = (admission.admitted && admission.probe) || ''
    expect([20_000, 34_999, 35_000].map((now) => holdsPermit(breaker, probe, now))).toEqual([true, true, false])
    expect(holdsPermit(breaker, 'unknown', 35_000)).toBe(false)
  })
})

describe('a breaker that observes', () => {
  const observe = true

  it('judges and reports, but never rejects', () => {
    const { admit, fail, changes } = openTrial({ observe })
    fail(0)
    expect([0, 4_999, 5_000, 5_000, 5_000].map((now) => admit(now).admitted)).toEqual(Array(5).fill(true))
    expect(changes).toEqual(['closed > open', 'open > half-open'])
  })

  it('judges half-open by its probes alone, and neither re-opens nor extends while open', () => {
    const { admit, fail, end, breaker } = openTrial({ observe })
    fail(0)
    expect(fail(1_000)).toBe('open')
    expect(breaker.view.openUntil).toBe(5_000)
    const [probe, extra] = [admit(5_000), admit(5_000)]
    expect([end(extra, 'failure', 5_001), end(probe, 'success', 5_002)]).toEqual(['half-open', 'closed'])
  })
})
