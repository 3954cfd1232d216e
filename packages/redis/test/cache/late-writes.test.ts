import { afterEach, describe, expect, it } from 'vitest'
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const key = { partition: 'p', key: 'k' }

describe.skipIf(isServerMissing('redis'))('a result that reaches the server late, since that was paused,', () => {
  /** Stores a result that reaches the server after 800 ms. */
  const storeLate = async (lifeMs: number) => {
    const server = await startRedis()
    cleanups.push(() => server[Symbol.asyncDispose]())
    const client = openRedis({ url: server.url })
    cleanups.push(() => client.close())
    const store = redisCacheStore({ client })
    // what a process that has run for a while knows: the server's clock, and that it has the scripts
    await store.get(key, { now: Date.now() })
    await store.set(
      { ...key, key: 'other' },
      { id: 'other', value: 1, storedAt: 0, expiresAt: 0 },
      {},
      { now: Date.now() },
    )
    server.pause()
    const [now, sentAt] = [Date.now(), performance.now()]
    const entry = { id: 'late', value: 1, storedAt: now, expiresAt: now + lifeMs }
    await expect(store.set(key, entry, {}, { now })).rejects.toThrow('no answer')
    await waitUntil('some time has passed', async () => performance.now() > sentAt + 800)
    server.resume()
    return { entry, found: await store.get(key, { now: Date.now() }) }
  }

  it('is as old as it is, and ends when it should', async () => {
    const { entry, found } = await storeLate(60_000)
    expect(found).toEqual(entry)
  })

  it('is not kept where its life is over by then', async () => {
    const { found } = await storeLate(700)
    expect(found).toBeUndefined()
  })
})
