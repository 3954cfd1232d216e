import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

interface Grant {
  readonly at: number
  readonly weight: number
}

/** What a token bucket promises, as plainly as it can be written: no run of grants is more than burst and drips. */
function fits(grants: readonly Grant[], { limit, perMs, burst }: typeof slow, asked: Grant): boolean {
  let sum = asked.weight
  if (sum > burst) return false
  for (const grant of grants.toReversed()) {
    sum += grant.weight
    if ((sum - burst) * perMs > (asked.at - grant.at) * limit) return false
  }
  return true
}

const slow = { limit: 3, perMs: 1000, burst: 5 }

const rates = fc.record({
  limit: fc.integer({ min: 1, max: 20 }),
  perMs: fc.integer({ min: 1, max: 1000 }),
  burst: fc.integer({ min: 1, max: 12 }),
})
const steps = fc.array(
  fc.record({
    passMs: fc.oneof(fc.nat(3), fc.nat(400)),
    weight: fc.integer({ min: 1, max: 12 }),
    refund: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
  }),
  { maxLength: 60 },
)

describe('TokenBucket', () => {
  it('lets its burst through at once and then one by one as tokens drip in', () => {
    const bucket = new TokenBucket({ limit: 2, perMs: 1000, burst: 3 })
    for (let n = 0; n < 3; n += 1) bucket.take(1, 0)
    expect([0, 1, 499, 500].map((now) => bucket.waitMs(1, now))).toEqual([500, 499, 1, 0])
    bucket.take(1, 500)
    expect(bucket.waitMs(1, 500)).toBe(500)
  })

  it('never saves up more than its burst', () => {
    const bucket = new TokenBucket(slow)
    bucket.take(5, 0)
    bucket.take(5, 1e9)
    expect(bucket.waitMs(1, 1e9)).toBe(334)
  })

  it('tells the time until several tokens are there', () => {
    const bucket = new TokenBucket(slow)
    bucket.take(4, 0)
    expect([bucket.waitMs(1, 0), bucket.waitMs(4, 0), bucket.waitMs(5, 0)]).toEqual([0, 1000, 1334])
  })

  it('takes a limit below one', () => {
    const bucket = new TokenBucket({ limit: 0.5, perMs: 1000, burst: 1 })
    bucket.take(1, 0)
    expect([bucket.waitMs(1, 0), bucket.waitMs(1, 1999), bucket.waitMs(1, 2000)]).toEqual([2000, 1, 0])
  })

  it('lets weights through whose sum is the burst but for rounding', () => {
    const bucket = new TokenBucket({ limit: 3.3, perMs: 1000, burst: 3.3 })
    bucket.take(1.1, 0)
    bucket.take(1.1, 0)
    expect([1.1 + 1.1 + 1.1 > 3.3, bucket.waitMs(1.1, 0)]).toEqual([true, 0])
  })

  it('agrees with a list of all grants, and tells to the millisecond when the next one fits', () => {
    fc.assert(
      fc.property(rates, steps, fc.nat(2e12), (rate, list, start) => {
        const bucket = new TokenBucket(rate)
        const grants: Grant[] = []
        let now = start
        for (const { passMs, ...step } of list) {
          now += passMs
          const asked = { at: now, weight: Math.min(step.weight, rate.burst) }
          const waitMs = bucket.waitMs(asked.weight, now)
          const fitsAt = (at: number): boolean => fits(grants, rate, { ...asked, at })
          expect([fitsAt(now + waitMs), waitMs > 0 && fitsAt(now + waitMs - 1)]).toEqual([true, false])
          if (waitMs > 0) continue
          bucket.take(asked.weight, now)
          grants.push(asked)
        }
      }),
    )
  })

  it('is after a refund in the same instant as if nothing had been taken', () => {
    fc.assert(
      fc.property(rates, steps, (rate, list) => {
        const bucket = new TokenBucket(rate)
        const other = new TokenBucket(rate)
        let now = 0
        for (const { passMs, weight: heavy, refund } of list) {
          now += passMs
          const weight = Math.min(heavy, rate.burst)
          const waitMs = bucket.waitMs(weight, now)
          expect(other.waitMs(weight, now)).toBe(waitMs)
          if (waitMs > 0) continue
          bucket.take(weight, now)
          if (refund === undefined) other.take(weight, now)
          else bucket.refund(weight, { takenAt: now, now })
        }
      }),
    )
  })

  it('never lets more through than the rate allows, whenever something is given back', () => {
    fc.assert(
      fc.property(rates, steps, (rate, list) => {
        const bucket = new TokenBucket(rate)
        let grants: Grant[] = []
        let now = 0
        for (const { passMs, weight: heavy, refund } of list) {
          now += passMs
          const back = refund === undefined ? undefined : grants[refund % Math.max(1, grants.length)]
          if (back !== undefined) {
            bucket.refund(back.weight, { takenAt: back.at, now })
            grants = grants.filter((grant) => grant !== back)
          }
          const asked = { at: now, weight: Math.min(heavy, rate.burst) }
          if (bucket.waitMs(asked.weight, now) > 0) continue
          // Fractions of a token come back, which sums of grants cannot tell from rounding.
          expect(fits(grants, { ...rate, burst: rate.burst + 1e-6 }, asked)).toBe(true)
          bucket.take(asked.weight, now)
          grants.push(asked)
        }
      }),
    )
  })

  it('gives the tokens of long ago back only once', () => {
    const bucket = new TokenBucket({ limit: 1, perMs: 1000, burst: 1 })
    bucket.take(1, 0)
    bucket.take(1, 1000)
    bucket.refund(1, { takenAt: 0, now: 1000 })
    expect(bucket.waitMs(1, 1000)).toBe(1000)
  })

  it('has not drifted by a millisecond after millions of calls', () => {
    const bucket = new TokenBucket({ limit: 7, perMs: 10, burst: 7 })
    const start = 1_750_000_000_000
    let now = start
    let granted = 0
    for (; granted < 2_000_000; granted += 1) {
      now += bucket.waitMs(1, now)
      bucket.take(1, now)
    }
    expect(now - start).toBe(Math.ceil(((granted - 7) * 10) / 7))
  })

  it('is idle when it is full', () => {
    const bucket = new TokenBucket(slow)
    expect(bucket.isIdle(0)).toBe(true)
    bucket.take(3, 0)
    expect([bucket.isIdle(0), bucket.isIdle(999), bucket.isIdle(1000)]).toEqual([false, false, true])
  })
})
