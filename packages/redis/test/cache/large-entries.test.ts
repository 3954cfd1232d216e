import { afterAll, describe, expect, it } from 'vitest'
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { ownPrefix } from './open-clients.ts'

const clients: RedisClient[] = []
afterAll(() => Promise.all(clients.map((client) => client.close())))

/** A store, and how many calls its client was asked for. */
async function open(maxEntryBytes?: number) {
  const client = openRedis({ url: (await sharedRedis()).url, commandTimeoutMs: 2_000 })
  clients.push(client)
  let calls = 0
  const counting: RedisClient = {
    isCluster: false,
    command: (...of) => client.command(...of),
    run: (...of) => {
      calls += 1
      return client.run(...of)
    },
    subscribe: (...of) => client.subscribe(...of),
    close: () => client.close(),
  }
  return { store: redisCacheStore({ client: counting, prefix: ownPrefix(), maxEntryBytes }), calls: () => calls }
}

const key = { partition: 'p', key: 'k' }
const now = Date.now()
const entry = (value: string) => ({ id: 'i', value, storedAt: now, expiresAt: now + 60_000 })
const size = (value: string): number => Buffer.byteLength(JSON.stringify(entry(value)))

describe.skipIf(isServerMissing('redis'))('an entry', () => {
  it('of as many bytes as may be is kept, and of one more is not even sent', async () => {
    const { store, calls } = await open(size('é'.repeat(500)))
    expect(await store.set(key, entry('é'.repeat(500)), {}, { now })).toBe(true)
    const before = calls()
    // fewer characters, more bytes
    expect(await store.set(key, entry('€'.repeat(400)), {}, { now })).toBe(false)
    expect(await store.set(key, entry(`${'é'.repeat(500)}.`), {}, { now })).toBe(false)
    expect(calls()).toBe(before)
    expect(await store.get(key, { now })).toEqual(entry('é'.repeat(500)))
  })

  it('may have a MiB where nothing else is said', async () => {
    const { store } = await open()
    const most = 'x'.repeat(1_048_576 - size(''))
    expect(await store.set(key, entry(`${most}x`), {}, { now })).toBe(false)
    expect(await store.set(key, entry(most), {}, { now })).toBe(true)
  })
})

it.each([0, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '1'])('has no limit of %s bytes', async (maxEntryBytes) => {
  const client = {} as RedisClient
  expect(() => redisCacheStore({ client, maxEntryBytes: maxEntryBytes as number })).toThrow(
    'redisCacheStore: maxEntryBytes must be an integer >= 1',
  )
})
