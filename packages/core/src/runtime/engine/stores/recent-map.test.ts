import { expect, it } from 'vitest'
import { RecentMap } from './recent-map.ts'

function mapOf(count: number): RecentMap<number, string> {
  const map = new RecentMap<number, string>(3)
  for (let n = 1; n <= count; n += 1) map.set(n, `${n}`)
  return map
}

it('keeps the last ones that were set', () => {
  expect(new RecentMap(3).isEmpty).toBe(true)
  for (let count = 1; count <= 20; count += 1) {
    const last = [count, count - 1, count - 2].filter((n) => n > 0)
    for (const n of last) expect(mapOf(count).use(n)).toBe(`${n}`)
    expect(mapOf(count).isEmpty).toBe(false)
  }
})

it('forgets what is older than twice as many', () => {
  for (let count = 7; count <= 20; count += 1) expect(mapOf(count).use(count - 6)).toBeUndefined()
})

it('keeps what is used', () => {
  const map = mapOf(3)
  for (let n = 4; n <= 50; n += 1) {
    expect(map.use(1)).toBe('1')
    map.set(n, `${n}`)
  }
  expect(map.use(2)).toBeUndefined()
})

it('forgets what is deleted, young or old', () => {
  const map = mapOf(4)
  for (const n of [1, 4]) map.delete(n)
  expect([1, 2, 3, 4].map((n) => map.use(n))).toEqual([undefined, '2', '3', undefined])
  expect(map.use(5)).toBeUndefined()
})
