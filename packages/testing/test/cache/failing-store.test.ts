import { type CacheEntry, type CacheStore, memoryCacheStore } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'

describe('cache: a store that fails', () => {
  const throwing = (): never => {
    throw new Error('store')
  }
  const inner = memoryCacheStore()
  const stores: [string, Partial<CacheStore>][] = [
    ['throws at get', { get: throwing }],
    ['rejects at get', { get: () => Promise.reject(new Error('store')) }],
    ['throws at set', { set: throwing }],
    ['rejects at set', { set: () => Promise.reject(new Error('store')) }],
  ]

  it.each(stores)('is a miss and no failure of the call: it %s', async (_, broken) => {
    const entries = new Map<string, CacheEntry>()
    const cache: CacheStore = { ...inner, get: ({ key }) => entries.get(key), set: () => true, ...broken }
    const { call, clock, events } = openRuntime({
      cache,
      tools: [readTool('read', () => 'fresh', { cache: { ttl: 1_000, scope: 'shared' } })],
    })
    const pending = call('read')
    await clock.advance(200)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'fresh' })
    expect(events.some((event) => event.type === 'store-error')).toBe(true)
  })

  it.each([null, 5, 'text', {}, { id: 7, value: 1 }, { id: '1', value: { output: 1 } }, []])(
    'costs a run where it gives %j for an entry, at once or later',
    async (nonsense) => {
      for (const get of [() => nonsense, () => Promise.resolve(nonsense)]) {
        const { call, clock } = openRuntime({
          cache: { ...memoryCacheStore(), get: get as never },
          tools: [readTool('read', () => 'fresh', { cache: { ttl: 1_000, scope: 'shared', fields: { q: 'fuzzy' } } })],
        })
        const pending = call('read', { q: 'word' })
        await clock.advance(0)
        expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'fresh' })
      }
    },
  )

  it.each([
    ['no plain JSON', { a: new Map() }],
    ['an entry without a value', undefined],
    ['an error that was never stored', { 'headrace:stored': 'error', error: { code: 5 } }],
    ['an unknown kind of value', { 'headrace:stored': 'other' }],
  ])('costs a run and one event where it gives %s, at once or later', async (_, value) => {
    const entry = { id: '1', value, storedAt: 0, expiresAt: Number.MAX_VALUE }
    for (const get of [() => entry, () => Promise.resolve(entry)]) {
      const { call, clock, events } = openRuntime({
        cache: { ...memoryCacheStore(), get },
        tools: [readTool('read', () => 'fresh', { cache: { ttl: 1_000, scope: 'shared', fields: { q: 'fuzzy' } } })],
      })
      const pending = call('read')
      await clock.advance(0)
      expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'fresh', meta: { attempts: 1 } })
      expect(events.filter(({ type }) => type === 'store-error').length).toBe(1)
    }
  })

  it('may give values that are not frozen: they are copied on their way', async () => {
    const value = { list: [1] }
    const entry = { id: '1', value, storedAt: 0, expiresAt: Number.MAX_VALUE }
    const { call, clock } = openRuntime({
      cache: { ...memoryCacheStore(), get: () => entry },
      tools: [readTool('read', () => 'fresh', { cache: { ttl: 1_000, scope: 'shared' } })],
    })
    const pending = call('read')
    await clock.advance(0)
    const result = await resultOf(pending)
    const output = result.status === 'ok' ? (result.output as typeof value) : undefined
    expect([output, Object.isFrozen(output?.list), Object.isFrozen(value)]).toEqual([value, true, false])
  })
})
