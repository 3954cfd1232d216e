import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lruVectorIndex } from './lru-vector-index.ts'

const at = { now: 1_000 }
const find = { ...at, limit: 10, floor: 0.9 }
const vector = (...numbers: number[]): Float32Array => Float32Array.from(numbers)
const ids = (matches: readonly { readonly id: string }[]): string[] => matches.map(({ id }) => id)

describe('limits', () => {
  test('drops the vector that was neither added nor found for the longest time', () => {
    const index = lruVectorIndex({ maxEntries: 2 })
    index.add('b', 'east', vector(1, 0), 2_000, at)
    index.add('b', 'north', vector(0, 1), 2_000, at)
    expect(ids(index.search('b', vector(1, 0), find))).toEqual(['east'])
    index.add('b', 'west', vector(-1, 0), 2_000, at)
    expect(ids(index.search('b', vector(0, 1), find))).toEqual([])
    expect(ids(index.search('b', vector(1, 0), find))).toEqual(['east'])
    expect(index.stats()).toMatchObject({ entries: 2, evicted: 1 })
  })

  test('drops the nearest of those that one search has found last', () => {
    const index = lruVectorIndex({ maxEntries: 2 })
    index.add('b', 'near', vector(1, 0), 2_000, at)
    index.add('b', 'far', vector(1, 0.3), 2_000, at)
    expect(ids(index.search('b', vector(1, 0), find))).toEqual(['near', 'far'])
    index.add('b', 'new', vector(-1, 0), 2_000, at)
    expect(ids(index.search('b', vector(1, 0), find))).toEqual(['near'])
  })

  test('counts the names of vectors, and keeps no long name of a bucket', () => {
    const index = lruVectorIndex()
    const [bucket, id] = ['b'.repeat(20_000), 'i'.repeat(10_000)]
    index.add(bucket, id, vector(1, 0), 2_000, at)
    expect(index.stats().bytes).toBeGreaterThan(10_000)
    expect(index.stats().bytes).toBeLessThan(12_000)
    expect(ids(index.search(bucket, vector(1, 0), find))).toEqual([id])
    expect(ids(index.search(`${bucket}b`, vector(1, 0), find))).toEqual([])
    index.remove(bucket, [id], at)
    expect(index.stats().entries).toBe(0)
  })

  test('buckets share the limits', () => {
    const index = lruVectorIndex({ maxEntries: 1 })
    index.add('b', 'a', vector(1, 0), 2_000, at)
    index.add('c', 'a', vector(1, 0), 2_000, at)
    expect([ids(index.search('b', vector(1, 0), find)), ids(index.search('c', vector(1, 0), find))]).toEqual([
      [],
      ['a'],
    ])
  })

  test('the sum of the sizes never passes a limit', () => {
    const step = fc.record({
      bucket: fc.constantFrom('b', 'c', 'b\0'),
      id: fc.constantFrom('1', '2', '3', '\0'),
      ttl: fc.nat(30),
      kind: fc.constantFrom('add', 'zero', 'remove', 'search', 'pass'),
    })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 50 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 400, max: 3_000 }),
        (steps, maxEntries, maxBytes) => {
          const index = lruVectorIndex({ maxEntries, maxBytes })
          let now = 0
          for (const { bucket, id, ttl, kind } of steps) {
            if (kind === 'add') index.add(bucket, id, vector(1, ttl), now + ttl, { now })
            else if (kind === 'zero') index.add(bucket, id, vector(0, 0), now + ttl, { now })
            else if (kind === 'remove') index.remove(bucket, [id], { now })
            else if (kind === 'pass') now += ttl
            const found = ids(index.search(bucket, vector(1, 1), { now, limit: 10, floor: 0 }))
            const { entries, bytes } = index.stats()
            expect(entries).toBeLessThanOrEqual(maxEntries)
            expect(bytes).toBeLessThanOrEqual(maxBytes)
            expect(found.length).toBeLessThanOrEqual(entries)
          }
          now += 100
          for (let n = 0; n < 10; n += 1) index.search('b', vector(1, 1), { now, limit: 1, floor: 0 })
          expect(index.stats()).toMatchObject({ entries: 0, bytes: 0 })
        },
      ),
    )
  })

  test('refuses limits that make no sense', () => {
    expect(() => lruVectorIndex({ maxEntries: -1 })).toThrow('lruVectorIndex: maxEntries')
  })
})

test('a vector that is none throws, and leaves the one of its id', () => {
  const index = lruVectorIndex()
  index.add('b', 'a', vector(1, 0), 2_000, at)
  expect(() => index.add('b', 'a', vector(1, 0, 0), 2_000, at)).toThrow(RangeError)
  expect(() => index.add('b', 'a', vector(1, Number.NaN), 2_000, at)).toThrow(RangeError)
  expect(ids(index.search('b', vector(1, 0), find))).toEqual(['a'])
  expect(index.stats().entries).toBe(1)
})

test('the latest vector of an id counts, also one of zeros, and one that is too large', () => {
  const index = lruVectorIndex({ maxBytes: 1_000 })
  index.add('b', 'a', vector(1, 0), 2_000, at)
  index.add('b', 'a', vector(0, 1), 2_000, at)
  expect(ids(index.search('b', vector(1, 0), find))).toEqual([])
  expect(ids(index.search('b', vector(0, 1), find))).toEqual(['a'])
  index.add('b', 'a', vector(0, 0), 2_000, at)
  expect(index.stats()).toEqual({ entries: 0, bytes: 0, evicted: 0 })
  index.add('c', 'a', new Float32Array(1_000).fill(1), 2_000, at)
  expect(ids(index.search('c', new Float32Array(1_000).fill(1), find))).toEqual([])
})

test('disposed, it holds nothing and keeps nothing', () => {
  const index = lruVectorIndex()
  index.add('b', 'a', vector(1, 0), 2_000, at)
  index[Symbol.dispose]()
  index.add('b', 'c', vector(1, 0), 2_000, at)
  expect(ids(index.search('b', vector(1, 0), find))).toEqual([])
  expect(index.stats()).toMatchObject({ entries: 0, bytes: 0 })
})
