import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SlidingWindow } from './sliding-window.ts'

interface Grant {
  readonly at: number
  readonly weight: number
}

const weightIn = (grants: readonly Grant[], perMs: number, now: number): number =>
  grants.reduce((sum, { at, weight }) => (at > now - perMs ? sum + weight : sum), 0)

const rates = fc.record({ limit: fc.integer({ min: 1, max: 40 }), perMs: fc.integer({ min: 1, max: 500 }) })
const steps = fc.array(
  fc.record({
    passMs: fc.oneof(fc.nat(3), fc.nat(200)),
    weight: fc.integer({ min: 1, max: 8 }),
    refund: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
  }),
  { maxLength: 80 },
)

describe('SlidingWindow', () => {
  it('lets its limit through in any time of the window', () => {
    const window = new SlidingWindow({ limit: 2, perMs: 1000 })
    window.take(1, 0)
    window.take(1, 400)
    expect([400, 999, 1000].map((now) => window.waitMs(1, now))).toEqual([600, 1, 0])
    window.take(1, 1000)
    expect(window.waitMs(1, 1000)).toBe(400)
  })

  it('tells the time until several fit', () => {
    const window = new SlidingWindow({ limit: 5, perMs: 1000 })
    for (const at of [0, 100, 200, 300, 400]) window.take(1, at)
    expect([1, 3, 5].map((weight) => window.waitMs(weight, 500))).toEqual([500, 700, 900])
  })

  it('agrees with a list of all grants, refunds included, and tells to the millisecond when the next one fits', () => {
    fc.assert(
      fc.property(rates, steps, fc.nat(2e12), ({ limit, perMs }, list, start) => {
        const window = new SlidingWindow({ limit, perMs })
        let grants: Grant[] = []
        let now = start
        for (const { passMs, weight: heavy, refund } of list) {
          now += passMs
          const back = refund === undefined ? undefined : grants[refund % Math.max(1, grants.length)]
          if (back !== undefined) {
            window.refund(back.weight, { takenAt: back.at, now })
            grants = grants.filter((grant) => grant !== back)
          }
          const weight = Math.min(heavy, limit)
          const fitsAt = (time: number): boolean => weightIn(grants, perMs, time) + weight <= limit
          const waitMs = window.waitMs(weight, now)
          expect([fitsAt(now + waitMs), waitMs > 0 && fitsAt(now + waitMs - 1)]).toEqual([true, false])
          expect(window.isIdle(now)).toBe(weightIn(grants, perMs, now) === 0)
          if (waitMs > 0) continue
          window.take(weight, now)
          grants.push({ at: now, weight })
        }
      }),
    )
  })

  it('is exact for 256 moments of one window', () => {
    const window = new SlidingWindow({ limit: 256, perMs: 1000 })
    for (let at = 0; at < 256; at += 1) window.take(1, at)
    for (let at = 0; at < 256; at += 1) {
      expect([window.waitMs(1, 999 + at), window.waitMs(1, 1000 + at)]).toEqual([1, 0])
      window.take(1, 1000 + at)
    }
  })

  it('lets less through, never more, where too many moments have to be remembered', () => {
    const limit = 3000
    const perMs = 10_000
    const window = new SlidingWindow({ limit, perMs })
    const grants: Grant[] = []
    let refusedMs = 0
    for (let now = 0; now < 60_000; now += 1) {
      if (window.waitMs(1, now) > 0) {
        if (now - (grants.at(-limit)?.at ?? Number.NEGATIVE_INFINITY) >= perMs) refusedMs += 1
        continue
      }
      window.take(1, now)
      grants.push({ at: now, weight: 1 })
    }
    const tooMany = grants.filter(
      ({ at }, index) => (grants[index + limit]?.at ?? Number.POSITIVE_INFINITY) - at < perMs,
    )
    expect(tooMany).toEqual([])
    // At most a 128th of each window, and not none: otherwise nothing became coarse.
    expect(refusedMs).toBeGreaterThan(0)
    expect(refusedMs).toBeLessThanOrEqual(60_000 / 128)
  })

  it('gives back what has become part of a later moment', () => {
    const window = new SlidingWindow({ limit: 300, perMs: 1280 })
    for (let at = 0; at < 300; at += 1) window.take(1, at)
    expect(window.waitMs(1, 300)).toBeGreaterThan(0)
    window.refund(1, { takenAt: 3, now: 300 })
    expect(window.waitMs(1, 300)).toBe(0)
  })

  it('gives nothing back that counts no more', () => {
    const window = new SlidingWindow({ limit: 2, perMs: 1000 })
    window.take(1, 0)
    window.take(2, 1000)
    window.refund(1, { takenAt: 0, now: 1000 })
    expect(window.waitMs(1, 1000)).toBe(1000)
  })

  it('counts fractions without drifting', () => {
    const window = new SlidingWindow({ limit: 1, perMs: 10 })
    let granted = 0
    for (let now = 0; now < 100_000; now += 1) {
      if (window.waitMs(0.1, now) > 0) continue
      window.take(0.1, now)
      granted += 1
    }
    expect(granted).toBe(100_000)
  })
})
