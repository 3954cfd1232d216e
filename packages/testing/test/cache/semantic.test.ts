import { type CachePolicy, memoryCacheStore } from '@headrace/core'
import { createTestClock, type TestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'
import { slowStore } from './slow-store.ts'

type Semantic = NonNullable<CachePolicy['semantic']>
type Question = Parameters<Semantic['find']>[0]

/** A vector layer that takes texts for the same which are equal without what follows a comma; counts what it does. */
function scriptedSemantic(clock: TestClock, ms = 0) {
  const buckets = new Map<string, Set<string>>()
  const asked: string[] = []
  const forgotten: string[] = []
  const state = { fails: false, shareable: true as unknown }
  const nameOf = (text: string): string => text.split(',')[0] ?? ''
  const find = ({ bucket, text, textOf }: Question) => {
    asked.push(text)
    if (state.fails) throw new Error('embedder')
    const ids = [...(buckets.get(bucket) ?? [])]
    const id = ids.find((candidate) => nameOf(textOf(candidate) ?? '-') === nameOf(text))
    const vector = new Float32Array([text.length])
    return id === undefined ? { vector } : { vector, match: { id, similarity: 0.95 } }
  }
  const semantic: Semantic = {
    embedderId: 'scripted',
    shareable: () => state.shareable === true,
    find: (question) => (ms === 0 ? find(question) : sleep(clock, ms).then(() => find(question))),
    remember({ bucket, id }) {
      buckets.set(bucket, (buckets.get(bucket) ?? new Set()).add(id))
    },
    forget(bucket, ids) {
      for (const id of ids) {
        buckets.get(bucket)?.delete(id)
        forgotten.push(id)
      }
    },
  }
  const known = (): string[] => [...buckets.values()].flatMap((ids) => [...ids])
  return { semantic, asked, forgotten, known, state, buckets }
}

function openSearch(rest: Partial<CachePolicy> = {}, { ms = 0, runMs = 0, isSlow = false } = {}) {
  const clock = createTestClock()
  const layer = scriptedSemantic(clock, ms)
  let runs = 0
  const cache = { ttl: 1_000, scope: 'shared', fields: { q: 'fuzzy' }, semantic: layer.semantic, ...rest } as const
  const store = isSlow ? slowStore(clock, () => [1, 1]) : memoryCacheStore()
  const tool = readTool(
    'search',
    async () => {
      runs += 1
      const run = runs
      if (runMs > 0) await sleep(clock, runMs)
      return run
    },
    { cache },
  )
  const stage = openRuntime({ clock, cache: store, tools: [tool] })
  const ask = async (q: string, args: object = {}, wait = 0, caller: object = {}) => {
    const pending = stage.call('search', { q, ...args }, caller)
    await clock.advance(wait)
    const result = await resultOf(pending)
    return { run: result.status === 'ok' && result.output, ...result.meta.cache }
  }
  return { ...stage, ...layer, store, ask, runs: () => runs }
}

describe('cache: the semantic layer', () => {
  it('is told how similar an answer has to be for the caller', async () => {
    const floors: (number | undefined)[] = []
    const { semantic } = scriptedSemantic(createTestClock())
    const watched: Semantic = {
      ...semantic,
      find: (question, options) => {
        floors.push(question.floor)
        return semantic.find(question, options)
      },
    }
    const cache = { ttl: 1_000, scope: 'shared', fields: { q: 'fuzzy' }, semantic: watched } as const
    const { call, clock } = openRuntime({ tools: [readTool('search', () => 1, { cache })] })
    call('search', { q: 'a' })
    call('search', { q: 'b' }, { minSimilarity: 0.99 })
    await clock.advance(0)
    expect(floors).toEqual([undefined, 0.99])
    expect(() => call('search', { q: 'c' }, { minSimilarity: 2 })).toThrow('minSimilarity')
  })

  it('answers what the layers before it could not, with the similarity', async () => {
    const { ask, asked, known } = openSearch()
    expect(await ask('weather, please')).toEqual({ run: 1 })
    expect(known()).toEqual(['{"q":"weather, please"}'])
    expect(await ask('weather, now')).toMatchObject({ run: 1, layer: 'semantic', similarity: 0.95, ageMs: 0 })
    expect(await ask('weather, please')).toMatchObject({ run: 1, layer: 'exact' })
    expect(await ask('Weather, please!')).toMatchObject({ run: 1, layer: 'content' })
    expect(await ask('news')).toEqual({ run: 2 })
    expect(asked).toEqual(['weather, please', 'weather, now', 'news'])
  })

  it('searches only where everything else is equal', async () => {
    const { ask } = openSearch({ scope: 'tenant' })
    const tenant = { tenant: 'a' }
    await ask('weather, a', { n: 1 }, 0, tenant)
    expect((await ask('weather, b', { n: 2 }, 0, tenant)).layer).toBeUndefined()
    expect((await ask('weather, c', { n: 1 }, 0, { tenant: 'b' })).layer).toBeUndefined()
    expect((await ask('weather, d', { n: 1 }, 0, tenant)).layer).toBe('semantic')
  })

  it('asks once for equal calls that come at the same time', async () => {
    const { call, clock, asked, runs } = openSearch({}, { ms: 50 })
    const calls = Array.from({ length: 10 }, () => call('search', { q: 'weather' }))
    await clock.advance(50)
    expect([asked.length, runs(), (await Promise.all(calls.map(resultOf))).map(({ status }) => status)]).toEqual([
      1,
      1,
      Array.from({ length: 10 }, () => 'ok'),
    ])
  })

  it('is not asked for calls whose answers are not to be shared, and does not know them', async () => {
    const { ask, asked, known, state } = openSearch()
    state.shareable = false
    await ask('weather, a')
    expect([asked, known()]).toEqual([[], []])
  })

  it('that fails costs a run: the call is answered, and an event tells of it', async () => {
    const { ask, state, events, known } = openSearch()
    state.fails = true
    expect(await ask('weather, a')).toEqual({ run: 1 })
    expect(events.filter(({ type }) => type === 'store-error')).toMatchObject([{ store: 'semantic' }])
    expect(known()).toEqual([])
    expect((await ask('weather, a')).layer).toBe('exact')
  })

  it('that is slow is waited for within the budget; what it finds later is remembered', async () => {
    const { ask, known, runs, call, clock } = openSearch({}, { ms: 150, runMs: 100 })
    call('search', { q: 'weather, a' })
    await clock.advance(99)
    expect(runs()).toBe(0)
    await clock.advance(1)
    expect(runs()).toBe(1)
    await clock.advance(100)
    expect([known(), await ask('weather, a')]).toMatchObject([['{"q":"weather, a"}'], { run: 1, layer: 'exact' }])
  })

  it('does not give what was invalidated, has ended or was forgotten', async () => {
    const { ask, clock, runtime } = openSearch({ tags: () => ['weather'] })
    await ask('weather, a')
    await runtime.control.cache.invalidate(['weather'])
    expect((await ask('weather, b')).layer).toBeUndefined()
    await clock.advance(1_000)
    expect((await ask('weather, c')).layer).toBeUndefined()
    await runtime.control.cache.clear()
    expect((await ask('weather, d')).layer).toBeUndefined()
  })

  it('forgets what a store behind a network does not have any more', async () => {
    const { ask, forgotten, known, runtime, clock } = openSearch({ tags: () => ['weather'] }, { isSlow: true })
    await ask('weather, a', {}, 20)
    await clock.advance(20)
    expect(known().length).toBe(1)
    const told = runtime.control.cache.invalidate(['weather'])
    await clock.advance(10)
    await told
    expect((await ask('weather, b', {}, 20)).layer).toBeUndefined()
    expect(forgotten).toEqual(['{"q":"weather, a"}'])
  })

  it('never gives a rejected entry to the same arguments again', async () => {
    const { ask, runtime, forgotten } = openSearch()
    await ask('weather, a')
    const { entryId = '' } = await ask('weather, b')
    expect(runtime.control.cache.reject(entryId)).toBe(true)
    expect(forgotten).toEqual(['{"q":"weather, a"}'])
    await ask('weather, a')
    expect(await ask('weather, b')).toEqual({ run: 3 })
    expect((await ask('weather, c')).layer).toBe('semantic')
  })

  it('forgets what only a session may have when the session ends, for every tenant', async () => {
    const { ask, known, runtime } = openSearch({ scope: 'session' })
    const callers = [{ session: 's' }, { session: 's', tenant: 't' }, { session: 'other' }]
    for (const [n, caller] of callers.entries()) await ask(`weather ${n}`, {}, 0, caller)
    await runtime.control.endSession('s')
    expect(known()).toEqual(['{"q":"weather 2"}'])
  })

  it('takes an id that is none of ours for no candidate', async () => {
    const { ask, buckets } = openSearch()
    await ask('weather, a')
    for (const ids of buckets.values()) {
      const [own = ''] = ids
      ids.clear()
      for (const id of ['{', '5', '{"q":5}', own]) ids.add(id)
    }
    expect((await ask('weather, b')).layer).toBe('semantic')
  })

  it('does not keep errors', async () => {
    const clock = createTestClock()
    const { semantic, known } = scriptedSemantic(clock)
    const negative = { codes: ['EXECUTION_FAILED'], ttl: 1_000 } as const
    const cache = { ttl: 1_000, scope: 'shared', fields: { q: 'fuzzy' }, semantic, negative } as const
    const fail = () => {
      throw new Error('down')
    }
    const { call } = openRuntime({ clock, tools: [readTool('search', fail, { cache, retry: false })] })
    call('search', { q: 'weather, a' })
    await clock.advance(0)
    expect(known()).toEqual([])
    const other = call('search', { q: 'Weather, A' })
    await clock.advance(0)
    expect((await resultOf(other)).meta.cache).toBeUndefined()
  })

  it('is left when the call is cancelled, and the search ends alone', async () => {
    const { call, clock, runs, known } = openSearch({}, { ms: 50 })
    const pending = call('search', { q: 'weather' })
    await clock.advance(10)
    void pending.cancel()
    await clock.advance(100)
    expect([pending.status, runs(), known()]).toEqual(['settled', 0, []])
  })
})
