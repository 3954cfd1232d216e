import { type CacheStore, memoryBreakerStore, memoryCacheStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { sleep } from '../fixture/tools.ts'
import { openLibrary } from './library.ts'
import { slowStore } from './slow-store.ts'

/** A store that takes no invalidation while it is `deaf`; in parts, so that calls of it can be counted. */
function deafStore(inner: CacheStore = memoryCacheStore()) {
  const state = { deaf: true, told: 0 }
  const hear = (): void => {
    state.told += 1
    if (state.deaf) throw new Error('deaf')
  }
  const store: CacheStore = {
    ...inner,
    invalidate: (...of) => {
      hear()
      return inner.invalidate(...of)
    },
    purge: (...of) => {
      hear()
      return inner.purge(...of)
    },
  }
  return { store, state }
}

describe('cache: a store that was not told of a write', () => {
  it('gives nothing any more that the write has made old, here', async () => {
    const { store, state } = deafStore()
    const { read, write, clock, events } = openLibrary({ runtime: { cache: store } })
    for (const name of ['a', 'b']) await read(name)
    await write('a', 1)
    expect(await read('a')).toEqual([1, undefined])
    // by then it is asked again
    await clock.advance(1_000)
    expect([await read('b'), await read('a')]).toEqual([
      [0, 'exact'],
      [1, undefined],
    ])
    expect(events.some(({ type }) => type === 'store-error')).toBe(true)
    expect(state.told).toBeGreaterThan(0)
  })

  it('is told when it answers again; then what is read is kept', async () => {
    const { store, state } = deafStore()
    const { read, write, clock } = openLibrary({ runtime: { cache: store } })
    await read('a')
    await write('a', 1)
    state.deaf = false
    await clock.advance(60_000)
    await read('a')
    await read('a')
    expect(await read('a')).toEqual([1, 'exact'])
    const { told } = state
    await read('a')
    expect(state.told).toBe(told)
  })

  it('is not believed in an answer that was under way while it was told', async () => {
    const { store, state } = deafStore()
    const clock = createTestClock()
    let backMs = 0
    const cache: CacheStore = {
      ...store,
      async get(...of) {
        const found = await store.get(...of)
        if (backMs > 0) await sleep(clock, backMs)
        return found
      },
    }
    const { call, read, write } = openLibrary({ runtime: { cache, clock } })
    await read('a')
    await write('a', 1)
    await clock.advance(30_000)
    state.deaf = false
    backMs = 50
    const late = call('get', { q: 'a' })
    await clock.advance(1)
    backMs = 0
    await read('b') // its answer shows that the store can be told
    await clock.advance(50)
    expect(await late.result()).toMatchObject({ output: 1, meta: { attempts: 1 } })
  })

  it('is told also of what was done by hand', async () => {
    const { store, state } = deafStore()
    const { read, clock, runtime } = openLibrary({
      runtime: { cache: store },
      cache: { ttl: 1_000_000, tags: undefined },
    })
    await read('a')
    await runtime.control.cache.clear()
    expect((await read('a'))[1]).toBeUndefined()
    state.deaf = false
    await clock.advance(60_000)
    await read('a')
    await read('a')
    expect((await read('a'))[1]).toBe('exact')
  })

  it('is told all the same by a call that has no time left to wait for it', async () => {
    const clock = createTestClock()
    const inner = memoryCacheStore()
    const told: string[] = []
    const cache: CacheStore = {
      ...slowStore(clock, () => [1, 1], inner),
      invalidate: (...of) => {
        told.push('invalidate')
        return Promise.resolve(inner.invalidate(...of))
      },
    }
    const breakers = { ...memoryBreakerStore(), admit: () => new Promise<never>(() => {}) }
    const { call, read } = openLibrary({ runtime: { cache, clock, breakers } })
    const write = call('set', { q: 'a', n: 1 })
    await clock.advance(101)
    expect([write.status, told.length]).toEqual(['settled', 4])
    expect((await read('a', {}, 210))[0]).toBe(1)
    expect((await read('a', {}, 10))[1]).toBe('exact')
  })

  it('may be one that hangs: the write goes on after its budget, and what it made old is not given', async () => {
    const clock = createTestClock()
    const inner = memoryCacheStore()
    const slow = slowStore(clock, () => [1, 1], inner)
    const store: CacheStore = { ...slow, invalidate: () => new Promise(() => {}) }
    const { call, read, events } = openLibrary({ runtime: { cache: store, clock } })
    await read('a', {}, 10)
    const write = call('set', { q: 'a', n: 1 })
    await clock.advance(100)
    expect(write.status).toBe('settled')
    expect(events.filter(({ type }) => type === 'store-error').length).toBeGreaterThan(0)
    expect(await read('a', {}, 10)).toEqual([1, undefined])
  })
})
