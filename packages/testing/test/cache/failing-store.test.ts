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
})
