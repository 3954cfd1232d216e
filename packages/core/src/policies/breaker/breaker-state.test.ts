import { describe, expect, it } from 'vitest'
import { admitCall, recordOutcome } from './breaker-machine.ts'
import { resolveBreaker } from './breaker-policy.ts'
import { createBreaker, readClock } from './breaker-state.ts'

const hour = 3_600_000
const start = Date.parse('2026-01-01T00:00:00Z')
const { rules } = resolveBreaker({ consecutiveFailures: 1 }, 'trial')

function openBreaker() {
  const breaker = createBreaker('key', 1, { random: () => 0.5, onChange: () => undefined })
  recordOutcome(breaker, rules, { generation: 1, kind: 'failure', slow: false, reporter: 'a' }, start)
  return breaker
}

describe('the clock of a breaker', () => {
  it('stands still while two callers read the time in another order', () => {
    const breaker = createBreaker('key', 1, { random: () => 0.5, onChange: () => undefined })
    expect([1_000, 990, 1_005, 500, 1_006].map((now) => readClock(breaker, now))).toEqual([
      1_000, 1_000, 1_005, 1_005, 1_006,
    ])
  })

  it('goes on from where it stood when the time of day was set back', () => {
    const breaker = createBreaker('key', 1, { random: () => 0.5, onChange: () => undefined })
    readClock(breaker, start)
    const times = [start - hour, start - hour + 10, start - 3 * hour].map((now) => readClock(breaker, now))
    expect(times).toEqual([start, start + 10, start + 10])
  })

  it('is not moved by a time that is no number', () => {
    const breaker = createBreaker('key', 1, { random: () => 0.5, onChange: () => undefined })
    readClock(breaker, start)
    expect(readClock(breaker, Number.NaN)).toBe(start)
  })
})

describe('a breaker whose time of day is set back', () => {
  it('waits no longer than it would have', () => {
    const breaker = openBreaker()
    expect(admitCall(breaker, rules, start + 1_000 - hour)).toMatchObject({ retryAfterMs: 5_000 })
    expect(admitCall(breaker, rules, start + 2_000 - hour)).toMatchObject({ retryAfterMs: 4_000 })
    expect(admitCall(breaker, rules, start + 6_000 - hour).admitted).toBe(true)
  })

  it('tells when it takes its first probe in the time of its callers', () => {
    const breaker = openBreaker()
    admitCall(breaker, rules, start - hour)
    expect(breaker.view.openUntil).toBe(start - hour + 5_000)
  })

  it('still gives the permit of a lost probe away', () => {
    const breaker = openBreaker()
    expect(admitCall(breaker, rules, start + 5_000).admitted).toBe(true)
    expect(admitCall(breaker, rules, start - hour).admitted).toBe(false)
    expect(admitCall(breaker, rules, start - hour + 30_000).admitted).toBe(true)
  })

  it('keeps the order of its window, and forgets old calls as always', () => {
    const many = resolveBreaker({ consecutiveFailures: 100 }, 'trial').rules
    const breaker = createBreaker('key', 1, { random: () => 0.5, onChange: () => undefined })
    const fail = (now: number) =>
      recordOutcome(breaker, many, { generation: 1, kind: 'failure', slow: false, reporter: 'a' }, now).state
    for (let n = 0; n < 9; n += 1) fail(start)
    fail(start - hour + 60_001)
    expect([breaker.state, breaker.window?.calls]).toEqual(['open', undefined])
    const other = createBreaker('key', 1, { random: () => 0.5, onChange: () => undefined })
    for (const now of [start, start - hour, start - hour + 60_001]) {
      recordOutcome(other, many, { generation: 1, kind: 'failure', slow: false, reporter: 'a' }, now)
    }
    expect(other.window?.calls).toBe(1)
  })
})

describe('a breaker whose time jumps ahead', () => {
  it('takes a probe early, and goes on as always when the time is set right again', () => {
    const breaker = openBreaker()
    expect(admitCall(breaker, rules, start + hour)).toMatchObject({ admitted: true, probe: expect.any(String) })
    expect(admitCall(breaker, rules, start + 1_000)).toMatchObject({ admitted: false, retryAfterMs: 5_000 })
    expect(admitCall(breaker, rules, start + 31_000).admitted).toBe(true)
  })
})
