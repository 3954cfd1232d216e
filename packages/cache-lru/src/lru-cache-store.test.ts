import type { CacheEntry } from '@headrace/core'
import { describe, expect, test } from 'vitest'
import { lruCacheStore } from './lru-cache-store.ts'

const at = { now: 1_000 }
const key = (name: string, partition = 'p') => ({ partition, key: name })
const entry = (id: string, more: Partial<CacheEntry> = {}): CacheEntry => ({
  id,
  value: id,
  storedAt: 1_000,
  expiresAt: 2_000,
  ...more,
})

describe('limits', () => {
  test('drops the least recently used entry when there are too many', () => {
    const store = lruCacheStore({ maxEntries: 2 })
    store.set(key('a'), entry('a'), {}, at)
    store.set(key('b'), entry('b'), {}, at)
    store.get(key('a'), at)
    store.set(key('c'), entry('c'), {}, at)
    expect(['a', 'b', 'c'].map((name) => store.get(key(name), at)?.id)).toEqual(['a', undefined, 'c'])
    expect(store.stats()).toMatchObject({ entries: 2, evicted: 1 })
  })

  test('drops as many as a large entry needs', () => {
    const store = lruCacheStore({ maxBytes: 20_000 })
    for (const name of ['a', 'b', 'c']) store.set(key(name), entry(name, { value: 'x'.repeat(5_000) }), {}, at)
    store.set(key('large'), entry('large', { value: 'x'.repeat(12_000) }), {}, at)
    expect(['a', 'b', 'c', 'large'].map((name) => store.get(key(name), at)?.id)).toEqual([
      undefined,
      undefined,
      'c',
      'large',
    ])
  })

  test('keeps nothing of a key whose new entry is too large on its own', () => {
    const store = lruCacheStore({ maxBytes: 2_000 })
    store.set(key('a'), entry('1'), {}, at)
    store.set(key('b'), entry('b'), {}, at)
    expect(store.set(key('a'), entry('2', { value: 'x'.repeat(2_000) }), {}, at)).toBe(true)
    expect(store.get(key('a'), at)).toBeUndefined()
    expect(store.get(key('b'), at)?.id).toBe('b')
  })

  test('counts what is larger as more, two bytes for each character beyond Latin-1', () => {
    const bytesOf = (value: unknown): number => {
      const store = lruCacheStore()
      store.set(key('a'), entry('a', { value }), {}, at)
      return store.stats().bytes
    }
    expect(bytesOf('ж'.repeat(1_000)) - bytesOf('x'.repeat(1_000))).toBe(1_000)
    expect(bytesOf([['x'.repeat(1_000)]])).toBeGreaterThan(1_000)
    expect(bytesOf({ text: { of: 'x'.repeat(1_000) } })).toBeGreaterThan(1_000)
    expect(bytesOf(Array.from({ length: 100 }, (_, n) => n))).toBeGreaterThan(800)
    expect(bytesOf(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`name ${n}`, n])))).toBeGreaterThan(6_000)
  })

  test('measures a value nested 100,000 deep', () => {
    let value: unknown = 'x'
    for (let depth = 0; depth < 100_000; depth += 1) value = [value]
    const store = lruCacheStore()
    store.set(key('a'), entry('a', { value }), {}, at)
    expect(store.stats().bytes).toBeGreaterThan(4_000_000)
  })

  test.each([
    [{ maxEntries: 0 }, /maxEntries must be an integer >= 1 and <= 16777216, got 0/],
    [{ maxBytes: 1.5 }, /maxBytes must be an integer >= 1, got 1.5/],
    [{ maxBytes: Number.NaN }, /maxBytes/],
    [{ maxEntires: 5 }, /unknown option 'maxEntires'/],
    [null, /the options must be an object/],
  ])('refuses %j', (options, message) => {
    expect(() => lruCacheStore(options as never)).toThrow(message)
  })
})

describe('expiry', () => {
  test('entries that nobody asks for go by and by, and their memory with them', () => {
    const store = lruCacheStore()
    for (let n = 0; n < 100; n += 1) store.set(key(`${n}`), entry(`${n}`, { tags: ['t'] }), {}, at)
    for (let n = 0; n < 101; n += 1) store.get(key('other'), { now: 2_000 })
    expect(store.stats()).toEqual({ entries: 0, bytes: 0, evicted: 0 })
  })

  test('keeps nothing that has expired already', () => {
    const store = lruCacheStore()
    store.set(key('a'), entry('1'), {}, at)
    store.set(key('a'), entry('2', { expiresAt: 500 }), {}, at)
    expect(store.stats().entries).toBe(0)
    expect(store.get(key('a'), at)).toBeUndefined()
  })
})

test('entries are found by their tags whatever becomes of the list that was given', () => {
  const store = lruCacheStore()
  const tags = ['a', 'a', 'b']
  store.set(key('x'), entry('x', { tags }), {}, at)
  tags.splice(0)
  expect(store.get(key('x'), at)?.tags).toEqual(['a', 'a', 'b'])
  store.invalidate('p', ['b'], at)
  expect(store.stats()).toMatchObject({ entries: 0, bytes: 0 })
})

test('a tag finds what carries it in one partition or in all, also when only one is left', () => {
  const store = lruCacheStore()
  const put = (name: string, partition: string, tags: string[]): boolean =>
    store.set(key(name, partition), entry(name, { tags }), {}, at)
  for (const name of ['1', '2', '3']) put(name, 'p', ['t', name])
  put('4', 'q', ['t'])
  store.delete(key('1'), at)
  store.delete(key('2'), at)
  store.invalidate('p', ['t'], at)
  expect([store.get(key('3'), at), store.get(key('4', 'q'), at)?.id]).toEqual([undefined, '4'])
  put('5', 'p', ['t'])
  store.purge(['t'], at)
  expect(store.stats()).toMatchObject({ entries: 0, bytes: 0 })
})

test('long keys and tags are as good as short ones, and told apart', () => {
  const store = lruCacheStore()
  const long = (end: string): string => 'x'.repeat(20_000) + end
  for (let n = 0; n < 100; n += 1) {
    const token = store.lease(key(long(`key ${n}`)), 100, at)
    const epoch = store.epoch('p', [], at)
    const of = entry(`${n}`, { tags: [long(`tag ${n % 10}`)] })
    expect(store.set(key(long(`key ${n}`)), of, { epoch, ...token }, at)).toBe(true)
  }
  expect(store.get(key(long('key 7')), at)).toMatchObject({ id: '7', tags: [long('tag 7')] })
  const epoch = store.invalidate('p', [long('tag 7')], at)
  expect(store.epoch('p', [long('tag 7')], at)).toBe(epoch)
  expect(store.epoch('p', [long('tag 8')], at)).toBe(0)
  expect(store.get(key(long('key 7')), at)).toBeUndefined()
  store.delete(key(long('key 8')), at)
  store.purge([long('tag 9')], at)
  expect([store.get(key(long('key 8')), at), store.stats().entries]).toEqual([undefined, 79])
})

test('names of built-in members are keys, partitions and tags as any others', () => {
  const store = lruCacheStore()
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(store.get(key(name, name), at)).toBeUndefined()
    store.set(key(name, name), entry(name, { tags: [name] }), {}, at)
    expect(store.get(key(name, name), at)?.id).toBe(name)
    expect(store.invalidate(name, [name], at)).toBeGreaterThan(0)
    expect(store.get(key(name, name), at)).toBeUndefined()
  }
})

test('leases that nobody ended do not gather', () => {
  const store = lruCacheStore()
  const first = store.lease(key('0'), 10, at)
  for (let n = 1; n < 1_000; n += 1) store.lease(key(`${n}`), 10, { now: 1_000 + n })
  expect(store.lease(key('0'), 10, { now: 3_000 })).not.toEqual(first)
})

test('whoever has no token is not stopped by the lease of another', () => {
  const store = lruCacheStore()
  store.lease(key('a'), 100, at)
  expect(store.set(key('a'), entry('a'), {}, at)).toBe(true)
  expect(store.lease(key('a'), 100, at)).toEqual({ waitMs: 50 })
})

test('disposed, it holds nothing and keeps nothing', () => {
  const store = lruCacheStore()
  store.set(key('a'), entry('a', { tags: ['t'] }), {}, at)
  store[Symbol.dispose]()
  store[Symbol.dispose]()
  expect(store.stats()).toMatchObject({ entries: 0, bytes: 0 })
  expect(store.set(key('a'), entry('a'), {}, at)).toBe(false)
  expect(store.get(key('a'), at)).toBeUndefined()
})

test('its methods work without it', () => {
  const { set, get, invalidate, stats } = lruCacheStore()
  set(key('a'), entry('a', { tags: ['t'] }), {}, at)
  invalidate('p', ['t'], at)
  expect([get(key('a'), at), stats().entries]).toEqual([undefined, 0])
})
