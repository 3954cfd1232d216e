import { type CacheStore, memoryCacheStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'
import { type Caller, openLibrary } from './library.ts'
import { slowStore } from './slow-store.ts'

const everybody: readonly Caller[] = [
  { tenant: 'a', session: '1' },
  { tenant: 'b', session: '1' },
  { tenant: 'a', session: '2' },
  { session: '1' },
]

/** The layers that answer each of the callers now. */
async function layersOf(read: ReturnType<typeof openLibrary>['read'], name = 'x'): Promise<(string | undefined)[]> {
  const layers: (string | undefined)[] = []
  for (const caller of everybody) layers.push((await read(name, caller))[1])
  return layers
}

describe('control.cache.invalidate', () => {
  it('removes what carries one of the tags, whoever’s it is, and nothing else', async () => {
    for (const scope of ['session', 'shared'] as const) {
      const { read, list, runtime } = openLibrary({ cache: { scope } })
      for (const name of ['x', 'y']) for (const ask of [read, list]) await layersOf(ask, name)
      await runtime.control.cache.invalidate(['name:x', 'name:z'])
      expect([(await read('x', everybody[0]))[1], (await list('x', everybody[0]))[1]]).toEqual([undefined, undefined])
      expect(new Set(await layersOf(read, 'y'))).toEqual(new Set(['exact']))
    }
    const { read, runtime } = openLibrary({ cache: { scope: 'session' } })
    await layersOf(read)
    await runtime.control.cache.invalidate(['name:x'])
    expect(new Set(await layersOf(read))).toEqual(new Set([undefined]))
  })

  it('keeps out what was read before, and lets nobody join it', async () => {
    const { read, call, clock, runtime, runs } = openLibrary({ ms: 10 })
    call('get', { q: 'x' })
    await clock.advance(5)
    void runtime.control.cache.invalidate(['name:x'])
    const after = call('get', { q: 'x' })
    await clock.advance(10)
    expect([(await resultOf(after)).meta.cache, runs.get]).toEqual([undefined, 2])
    expect((await read('x'))[1]).toBe('exact')
  })

  it('refuses what are no tags', () => {
    const { runtime } = openLibrary()
    const { invalidate } = runtime.control.cache
    const message = 'control.cache.invalidate: tags must be a list of strings'
    expect(() => invalidate('name:x' as unknown as string[])).toThrow(message)
    expect(() => invalidate([5 as unknown as string])).toThrow(message)
  })

  it('does nothing without tags', async () => {
    const { read, runtime } = openLibrary()
    await read('x')
    await runtime.control.cache.invalidate([])
    expect((await read('x'))[1]).toBe('exact')
  })
})

describe('control.cache.clear', () => {
  it('forgets every result, with tags or without, whoever’s it is', async () => {
    for (const tags of [undefined, () => ['x']]) {
      const { read, runtime } = openLibrary({ cache: { scope: 'session', tags } })
      await layersOf(read)
      await runtime.control.cache.clear()
      expect(new Set(await layersOf(read))).toEqual(new Set([undefined]))
    }
  })

  it('keeps out what was read before, and lets nobody join it', async () => {
    const { read, call, clock, runtime, runs } = openLibrary({ ms: 10, cache: { tags: undefined } })
    const early = call('get', { q: 'x' })
    await clock.advance(5)
    void runtime.control.cache.clear()
    await clock.advance(5)
    expect((await resultOf(early)).status).toBe('ok')
    expect([(await read('x'))[1], runs.get]).toEqual([undefined, 2])
  })

  it('is remembered by a store that outlives the runtime', async () => {
    const cache = memoryCacheStore()
    const first = openLibrary({ runtime: { cache } })
    await first.read('x')
    await first.runtime.control.cache.clear()
    const second = openLibrary({ runtime: { cache } })
    expect(await second.read('x')).toEqual([0, undefined])
    expect((await openLibrary({ runtime: { cache } }).read('x'))[1]).toBe('exact')
  })
})

describe('control.endSession', () => {
  it('forgets what only the session may have, for every tenant, and nothing else', async () => {
    const { read, runtime } = openLibrary({ cache: { scope: 'session', tags: undefined } })
    await layersOf(read)
    await runtime.control.endSession('1')
    expect(await layersOf(read)).toEqual([undefined, undefined, 'exact', undefined])
  })

  it('leaves what the session shares with others', async () => {
    const { read, runtime } = openLibrary({ cache: { scope: 'tenant' } })
    await read('x', { tenant: 'a', session: '1' })
    await runtime.control.endSession('1')
    expect((await read('x', { tenant: 'a', session: '1' }))[1]).toBe('exact')
  })

  it('lets its calls go on, and does not keep what they give', async () => {
    const { read, call, clock, runtime, runs } = openLibrary({ ms: 10, cache: { scope: 'session', tags: undefined } })
    const running = call('get', { q: 'x' }, { session: '1' })
    await clock.advance(5)
    await runtime.control.endSession('1')
    await clock.advance(5)
    expect((await resultOf(running)).status).toBe('ok')
    expect([(await read('x', { session: '1' }))[1], runs.get]).toEqual([undefined, 2])
  })

  it('reaches a store that outlives the runtime, without anything being known of the session here', async () => {
    const cache = memoryCacheStore()
    const first = openLibrary({ runtime: { cache }, cache: { scope: 'session' } })
    await first.read('x', { tenant: 'a', session: '1' })
    await openLibrary({ runtime: { cache } }).runtime.control.endSession('1')
    expect((await first.read('x', { tenant: 'a', session: '1' }))[1]).toBeUndefined()
  })

  it('ends no other session, whatever they are called', async () => {
    const names = ['1', '11', '1 1', '"1"', '', ' ', 'any', '\u0000', 'session 1', '["1"]', 'é', 'e\u0301', '\ud800']
    const { read, runtime } = openLibrary({ cache: { scope: 'session' } })
    for (const session of names) await read('x', { session })
    await runtime.control.endSession('1')
    for (const session of names) {
      expect([session, (await read('x', { session }))[1]]).toEqual([session, session === '1' ? undefined : 'exact'])
    }
  })
})

describe('cache: hostile names', () => {
  const names = [
    'a',
    'a"',
    '"a',
    'a b',
    'tenant a',
    'shared',
    'no tenant',
    '',
    ' ',
    '\n',
    '\u0000',
    '{}',
    '["a"]',
    'é',
    'e\u0301',
    '\ud800',
    '\udfff',
    '__proto__',
  ]

  it('of sessions and tenants never bring two together', async () => {
    for (const scope of ['session', 'tenant'] as const) {
      const { read } = openLibrary({ cache: { scope } })
      const callers = names.flatMap((tenant) =>
        scope === 'tenant' ? [{ tenant }] : names.map((session) => ({ tenant, session })),
      )
      for (const caller of [...callers, { session: 'a' }]) {
        expect((await read('x', caller))[1]).toBeUndefined()
      }
      for (const caller of callers) expect((await read('x', caller))[1]).toBe('exact')
    }
  }, 20_000)

  it('of tools and arguments never bring two together', async () => {
    const cache = memoryCacheStore()
    const policy = { cache: { ttl: 1_000, scope: 'session' } } as const
    const { call, clock } = openRuntime({
      cache,
      tools: ['a', 'a.a', 'content'].map((name) => readTool(name, () => name, policy)),
    })
    for (const tool of ['a', 'a.a', 'content']) {
      for (const q of ['a', '"a"', '}', ']', 'content']) {
        for (const session of ['a', 'a"', '{"q":"a"}']) {
          const pending = call(tool, { q }, { session })
          await clock.advance(0)
          expect((await resultOf(pending)).meta.cache).toBeUndefined()
        }
      }
    }
  })
})

describe('control of a store behind a network', () => {
  it('resolves when the store has done it', async () => {
    const clock = createTestClock()
    const inner = memoryCacheStore()
    const cache: CacheStore = slowStore(clock, () => [10, 10], inner)
    const { call, runtime } = openLibrary({ runtime: { cache, clock } })
    call('get', { q: 'x' })
    await clock.advance(100)
    expect(inner.size).toBe(1)
    let isDone = false
    void runtime.control.cache.invalidate(['name:x']).then(() => {
      isDone = true
    })
    await clock.advance(19)
    expect([isDone, inner.size]).toEqual([false, 0])
    await clock.advance(1)
    expect(isDone).toBe(true)
  })

  it('never rejects: a store that fails is an event', async () => {
    const failing = (): never => {
      throw new Error('store')
    }
    const cache: CacheStore = { ...memoryCacheStore(), purge: failing }
    const { runtime, events } = openLibrary({ runtime: { cache } })
    const { control } = runtime
    await Promise.all([control.cache.invalidate(['a']), control.cache.clear(), control.endSession('s')])
    expect(events.filter(({ type }) => type === 'store-error').length).toBe(3)
  })
})
