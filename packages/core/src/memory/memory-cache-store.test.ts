import { describe, expect, it } from 'vitest'
import { cpuTime } from '../../test/fixture/cpu-time.ts'
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

  it('gives an entry no longer life for being read', () => {
    const store = memoryCacheStore()
    store.set(key('a'), entry('1'), {}, at(0))
    for (const now of [10, 50, 99]) store.get(key('a'), at(now))
    expect(store.get(key('a'), at(100))).toBeUndefined()
  })

  it('gives a stale entry until its staleUntil', () => {
    const store = memoryCacheStore()
    store.set(key('a'), entry('1', { staleUntil: 200 }), {}, at(0))
    expect([store.get(key('a'), at(199))?.id, store.get(key('a'), at(200))]).toEqual(['1', undefined])
  })

  it('finds one of thousands of long keys of one length without comparing them all', () => {
    const store = memoryCacheStore()
    const long = (n: number) => key(`${n}`.padStart(5) + 'x'.repeat(20_000))
    const count = 2_000
    const startedAt = cpuTime()
    for (let n = 0; n < count; n += 1) store.set(long(n), entry(`${n}`), {}, at(0))
    for (let n = 0; n < count; n += 1) expect(store.get(long(n), at(1))?.id).toBe(`${n}`)
    // it takes a tenth of a second; comparing them takes half a minute
    expect(cpuTime() - startedAt).toBeLessThan(4_000)
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

  it('keeps two places apart that hold the same entry', () => {
    const store = memoryCacheStore()
    const same = entry('1')
    for (const name of ['a', 'b']) store.set(key(name), same, {}, at(0))
    store.delete(key('a'), at(1))
    expect([store.get(key('a'), at(1)), store.get(key('b'), at(1)), store.size]).toEqual([undefined, same, 1])
  })

  it('takes keys and partitions of any name', () => {
    const store = memoryCacheStore()
    const places = ['', '__proto__', 'a\nb'].flatMap((name) => [key(name, ''), key(name, '__proto__'), key('', name)])
    for (const place of places) store.set(place, entry(JSON.stringify(place)), {}, at(0))
    expect(places.every((place) => store.get(place, at(1))?.id === JSON.stringify(place))).toBe(true)
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
    expect(store.invalidate('p', ['x'], at(1))).toBe(store.epoch('p', ['y', 'x'], at(1)))
    expect(store.epoch('p', ['x'], at(1))).toBeGreaterThan(epoch)
    expect(store.set(key('a'), entry('1', { tags: ['x'] }), { epoch }, at(2))).toBe(false)
    expect(store.set(key('a'), entry('1', { tags: ['x'] }), { epoch: store.epoch('p', ['x'], at(2)) }, at(2))).toBe(
      true,
    )
  })

  it('takes a write without an epoch, and one of other tags, whatever was invalidated', () => {
    const store = memoryCacheStore()
    store.invalidate('p', ['x'], at(0))
    expect(store.set(key('a'), entry('1', { tags: ['x'] }), {}, at(1))).toBe(true)
    expect(store.set(key('b'), entry('2', { tags: ['y'] }), { epoch: 0 }, at(1))).toBe(true)
    expect(store.set(key('c'), entry('3'), { epoch: 0 }, at(1))).toBe(true)
    expect(store.set(key('d', 'other'), entry('4', { tags: ['x'] }), { epoch: 0 }, at(1))).toBe(true)
  })

  it('leaves the entry that is there when it refuses another', () => {
    const store = memoryCacheStore()
    store.invalidate('p', ['x'], at(0))
    store.set(key('a'), entry('1'), {}, at(1))
    store.set(key('a'), entry('2', { tags: ['x'] }), { epoch: 0 }, at(1))
    expect(store.get(key('a'), at(2))?.id).toBe('1')
  })

  it('keeps late writes out also when it has forgotten the tag for newer ones', () => {
    const store = memoryCacheStore({ maxEntries: 2 })
    const epoch = store.epoch('p', ['x'], at(0))
    for (const tag of ['x', '1', '2', '3']) store.invalidate(`partition of ${tag}`, [tag], at(1))
    store.invalidate('p', ['x'], at(1))
    for (const tag of ['4', '5', '6']) store.invalidate('p', [tag], at(2))
    expect(store.set(key('a'), entry('1', { tags: ['x'] }), { epoch }, at(3))).toBe(false)
  })

  it('refuses a write by the epoch of the partition, read before an invalidation of any of its tags', () => {
    const store = memoryCacheStore()
    const epoch = store.epoch('p', [], at(0))
    expect(store.invalidate('p', ['x'], at(1))).toBeGreaterThan(epoch)
    expect(store.set(key('a'), entry('1', { tags: ['y', 'x'] }), { epoch }, at(2))).toBe(false)
    expect(store.set(key('b'), entry('2', { tags: ['y'] }), { epoch }, at(2))).toBe(true)
    expect(store.set(key('c'), entry('3', { tags: ['x'] }), { epoch: store.epoch('p', [], at(2)) }, at(2))).toBe(true)
  })

  it('purges tags in every partition, also in one that has no entry yet', () => {
    const store = memoryCacheStore()
    const epoch = store.epoch('late', [], at(0))
    const places = [key('a'), key('b', 'q'), key('c', 'q')]
    const tags = [['x'], ['y', 'x'], ['y']]
    for (const [n, place] of places.entries()) store.set(place, entry(place.key, { tags: tags[n] }), {}, at(0))
    store.purge(['x', 'z'], at(1))
    expect([...places.map((place) => store.get(place, at(1))?.id), store.size]).toEqual([undefined, undefined, 'c', 1])
    expect(store.set(key('d', 'late'), entry('d', { tags: ['x'] }), { epoch }, at(2))).toBe(false)
    expect(store.set(key('d', 'late'), entry('d', { tags: ['y'] }), { epoch }, at(2))).toBe(true)
  })

  it('purges everything, and refuses what was computed before, with tags or without', () => {
    const store = memoryCacheStore()
    const epoch = store.epoch('p', [], at(0))
    store.set(key('a'), entry('1', { tags: ['x'] }), {}, at(0))
    store.set(key('b', 'q'), entry('2'), {}, at(0))
    store.purge(undefined, at(1))
    expect([store.get(key('a'), at(1)), store.get(key('b', 'q'), at(1)), store.size]).toEqual([undefined, undefined, 0])
    expect(store.set(key('b', 'q'), entry('2'), { epoch }, at(2))).toBe(false)
    expect(store.set(key('b', 'q'), entry('2'), { epoch: store.epoch('q', [], at(2)) }, at(2))).toBe(true)
    expect([store.get(key('b', 'q'), at(2))?.id, store.size]).toEqual(['2', 1])
  })

  it('finds what carries a tag after entries were replaced and dropped', () => {
    const store = memoryCacheStore({ maxEntries: 2 })
    store.set(key('a'), entry('1', { tags: ['x'] }), {}, at(0))
    store.set(key('a'), entry('2', { tags: ['y'] }), {}, at(0))
    store.set(key('b'), entry('3', { tags: ['x'] }), {}, at(0))
    store.invalidate('p', ['x'], at(1))
    expect([store.get(key('a'), at(1))?.id, store.get(key('b'), at(1)), store.size]).toEqual(['2', undefined, 1])
    for (const name of ['c', 'd']) store.set(key(name), entry(name, { tags: ['y'] }), {}, at(1))
    store.invalidate('p', ['y'], at(2))
    expect(store.size).toBe(0)
  })

  it('works in parts: each of its functions may be handed on alone', () => {
    const store = { ...memoryCacheStore() }
    const { get, set, invalidate } = store
    set(key('a'), entry('1', { tags: ['x'] }), {}, at(0))
    expect(get(key('a'), at(1))?.id).toBe('1')
    invalidate('p', ['x'], at(1))
    expect(get(key('a'), at(1))).toBeUndefined()
  })

  it('answers at once and promises neither leases nor persistence', () => {
    const store = memoryCacheStore()
    expect([store.supports, store.lease]).toEqual([{ leases: false, tags: true, persistent: false }, undefined])
  })

  it('says which number of entries makes no sense', () => {
    expect(() => memoryCacheStore({ maxEntries: 0 })).toThrow('maxEntries must be an integer >= 1, got 0')
  })
})
