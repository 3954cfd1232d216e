import { describe, expect, it } from 'vitest'
import { resolveBreaker } from './breaker-policy.ts'
import { rejectEarly } from './early-reject.ts'

const { rules } = resolveBreaker({}, 'trial')
const view = { key: 'key', generation: 3 } as const
const open = { ...view, state: 'open', openUntil: 10_000, cause: 'HTTP 500' } as const

describe('the early reject', () => {
  it('rejects while the breaker is open, with what is left of its time and the cause', () => {
    expect(rejectEarly(open, rules, 7_000.5)).toEqual({
      admitted: false,
      state: 'open',
      retryAfterMs: 3_000,
      cause: 'HTTP 500',
    })
  })

  it('lets the call go on to its admission when the time is over: only that gives out probes', () => {
    expect([10_000, 1e9].map((now) => rejectEarly(open, rules, now))).toEqual([undefined, undefined])
  })

  it('lets the call go on where nothing is known, or nothing is wrong', () => {
    const states = (['closed', 'half-open', 'disabled'] as const).map((state) => ({ ...view, state }))
    expect([undefined, ...states].map((known) => rejectEarly(known, rules, 0))).toEqual(Array(4).fill(undefined))
  })

  it('rejects without a time while the breaker is isolated, observing or not', () => {
    for (const observe of [false, true]) {
      const isolated = rejectEarly({ ...view, state: 'isolated' }, { ...rules, observe }, 0)
      expect(isolated).toMatchObject({ admitted: false, state: 'isolated', retryAfterMs: undefined })
    }
  })

  it('rejects nothing while it only observes', () => {
    expect(rejectEarly(open, { ...rules, observe: true }, 0)).toBeUndefined()
  })

  it('does not believe a time that is further away than any opening lasts: the clock was set back', () => {
    expect(rejectEarly(open, rules, 10_000 - 66_001)).toBeUndefined()
    expect(rejectEarly(open, rules, 10_000 - 66_000)).toMatchObject({ retryAfterMs: 66_000 })
  })
})
