import { describe, expect, it } from 'vitest'
import type { CacheEntry } from '../ports/cache-store.ts'
import { memoryCacheStore } from './memory-cache-store.ts'

const at = (now: number) => ({ now })
const entry = (id: string, rest: Partial<CacheEntry> = {}): CacheEntry => ({
  id,
  value: id,
  storedAt: 0,
  expiresAt: 100,
  ...rest,
})
const key = (name: string, partition = 'p') => ({ partition, key: name })

describe('memoryCacheStore', () => {
  it('gives an entry until it expires, exclusive, whether or not it was read', () => {
    const store = memoryCacheStore()
    store.set(key('a'), entry('1'), {}, at(0))
    expect([store.get(key('a'), at(99))?.id, store.get(key('a'), at(100)), store.size]).toEqual(['1', undefined, 0])
  })

  it('gives a stale entry until its staleUntil', () => {
    const store = memoryCacheStore()
    store.set(key('a'), entry('1', { staleUntil: 200 }), {}, at(0))
    expect([store.get(key('a'), at(199))?.id, store.get(key('a'), at(200))]).toEqual(['1', undefined])
  })

  it('keeps partitions apart', () => {
    const store = memoryCacheStore()
    store.set(key('a', 'one'), entry('1'), {}, at(0))
    expect([store.get(key('a', 'two'), at(1)), store.get(key('a', 'one'), at(1))?.id]).toEqual([undefined, '1'])
  })

  it('replaces and deletes', () => {
    const store = memoryCacheStore()
    store.set(key('a'), entry('1'), {}, at(0))
    store.set(key('a'), entry('2'), {}, at(0))
    expect([store.get(key('a'), at(1))?.id, store.size]).toEqual(['2', 1])
    store.delete(key('a'), at(1))
    store.delete(key('a'), at(1))
    expect([store.get(key('a'), at(1)), store.size]).toEqual([undefined, 0])
  })

  it('drops the oldest written when there are too many, also after some were replaced', () => {
    const store = memoryCacheStore({ maxEntries: 2 })
    for (const name of ['a', 'b', 'a', 'c']) store.set(key(name), entry(name), {}, at(0))
    expect(['a', 'b', 'c'].map((name) => store.get(key(name), at(1))?.id)).toEqual(['a', undefined, 'c'])
  })

  it('removes what carries an invalidated tag, in that partition alone', () => {
    const store = memoryCacheStore()
    store.set(key('a'), entry('1', { tags: ['x'] }), {}, at(0))
    store.set(key('b'), entry('2', { tags: ['y'] }), {}, at(0))
    store.set(key('a', 'other'), entry('3', { tags: ['x'] }), {}, at(0))
    store.invalidate('p', ['x'], at(1))
    expect([key('a'), key('b'), key('a', 'other')].map((place) => store.get(place, at(2))?.id)).toEqual([
      undefined,
      '2',
      '3',
    ])
  })

  it('refuses a write whose tags were invalidated after its epoch was read', () => {
    const store = memoryCacheStore()
    const epoch = store.epoch('p', ['x'], at(0))
    expect(store.invalidate('p', ['x'], at(1))).toBeGreaterThan(epoch)
    expect(store.set(key('a'), entry('1', { tags: ['x'] }), { epoch }, at(2))).toBe(false)
    expect(store.set(key('a'), entry('1', { tags: ['x'] }), { epoch: store.epoch('p', ['x'], at(2)) }, at(2))).toBe(
      true,
    )
  })

  it('says which number of entries makes no sense', () => {
    expect(() => memoryCacheStore({ maxEntries: 0 })).toThrow('maxEntries must be an integer >= 1, got 0')
  })
})
