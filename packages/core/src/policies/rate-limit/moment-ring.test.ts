import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MomentRing } from './moment-ring.ts'

it('keeps what a list keeps', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('push', 'push', 'push', 'shift', 'add'), fc.nat(9), fc.nat()))
  fc.assert(
    fc.property(steps, (list) => {
      const ring = new MomentRing()
      const naive: { time: number; weight: number }[] = []
      let now = 0
      for (const [what, number, pick] of list) {
        now += number
        const index = pick % Math.max(1, naive.length)
        const picked = naive[index]
        if (what === 'push') {
          ring.push(now, number)
          naive.push({ time: now, weight: number })
        } else if (what === 'shift' && naive.length > 0) {
          ring.shift()
          naive.shift()
        } else if (what === 'add' && picked !== undefined) {
          ring.add(index, number)
          picked.weight += number
        }
        const kept = naive.map((_, place) => ({ time: ring.timeAt(place), weight: ring.weightAt(place) }))
        expect([ring.size, kept]).toEqual([naive.length, naive])
        expect(ring.sum).toBe(naive.reduce((sum, { weight }) => sum + weight, 0))
        const first = naive.findIndex(({ time }) => time >= pick % 50)
        expect(ring.firstFrom(pick % 50)).toBe(first < 0 ? naive.length : first)
      }
    }),
  )
})

it('makes one moment, the later one, of those in the same part of time', () => {
  const ring = new MomentRing()
  for (const time of [1, 2, 9, 10, 25, 29, 30]) ring.push(time, 1)
  ring.coarsen(10)
  expect(Array.from({ length: ring.size }, (_, index) => [ring.timeAt(index), ring.weightAt(index)])).toEqual([
    [9, 3],
    [10, 1],
    [29, 2],
    [30, 1],
  ])
  expect(ring.sum).toBe(7)
})

it('keeps its sum right over a million fractions', () => {
  const ring = new MomentRing()
  for (let n = 0; n < 1_000_000; n += 1) {
    ring.push(n, n % 1000 === 0 ? 1e6 : 0.1)
    if (ring.size > 256) ring.shift()
  }
  let sum = 0
  for (let index = 0; index < ring.size; index += 1) sum += ring.weightAt(index)
  expect(Math.abs(ring.sum - sum)).toBeLessThan(1e-11)
})
