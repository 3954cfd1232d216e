import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BackoffRules, backoffDelay } from './backoff.ts'

const rules: BackoffRules = { type: 'exponential', base: 250, factor: 2, max: 30_000, jitter: 'none' }
const low = (): number => 0
const high = (): number => 1

function delays(given: BackoffRules, random: () => number, count: number): number[] {
  const all: number[] = []
  for (let attempt = 1; attempt <= count; attempt += 1) all.push(backoffDelay(given, attempt, all.at(-1) ?? 0, random))
  return all
}

describe('backoffDelay', () => {
  it('multiplies by the factor from try to try', () => {
    expect(delays(rules, low, 4)).toEqual([250, 500, 1000, 2000])
    expect(delays({ ...rules, factor: 3 }, low, 3)).toEqual([250, 750, 2250])
  })

  it('grows by the base, or not at all', () => {
    expect(delays({ ...rules, type: 'linear' }, low, 3)).toEqual([250, 500, 750])
    expect(delays({ ...rules, type: 'constant' }, low, 3)).toEqual([250, 250, 250])
  })

  it('never waits longer than max', () => {
    expect(delays({ ...rules, max: 600 }, low, 4)).toEqual([250, 500, 600, 600])
    expect(delays({ ...rules, max: 600, jitter: 'decorrelated' }, high, 3)).toEqual([600, 600, 600])
  })

  it('picks from the whole wait with full jitter', () => {
    const full: BackoffRules = { ...rules, jitter: 'full' }
    expect(delays(full, low, 3)).toEqual([0, 0, 0])
    expect(delays(full, () => 0.5, 3)).toEqual([125, 250, 500])
  })

  it('picks from the base up to three times the last wait with decorrelated jitter', () => {
    const decorrelated: BackoffRules = { ...rules, jitter: 'decorrelated' }
    expect(delays(decorrelated, low, 3)).toEqual([250, 250, 250])
    expect(delays(decorrelated, high, 3)).toEqual([750, 2250, 6750])
    expect(delays(decorrelated, () => 0.5, 2)).toEqual([500, 875])
  })

  it('is a number from 0 to max for all options and any random number', () => {
    const share = fc.oneof(fc.double({ min: 0, max: 1 }), fc.constantFrom(Number.NaN, -1, 2))
    const given = fc.record({
      type: fc.constantFrom('exponential', 'linear', 'constant'),
      base: fc.double({ min: 0, max: 1e300, noNaN: true }),
      factor: fc.double({ min: 1, max: 1e300, noNaN: true }),
      max: fc.double({ min: 0, max: 1e300, noNaN: true }),
      jitter: fc.constantFrom('decorrelated', 'full', 'none'),
    })
    fc.assert(
      fc.property(
        given,
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 0, noNaN: true }),
        share,
        (all, attempt, before, value) => {
          const delay = backoffDelay(all, attempt, before, () => value)
          expect(delay >= 0 && delay <= all.max).toBe(true)
        },
      ),
    )
  })
})
