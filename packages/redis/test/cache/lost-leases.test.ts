import { afterEach, describe, expect, it } from 'vitest'
import { CacheKeys } from '../../src/cache/cache-keys.ts'
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { tcpProxy } from '../servers/tcp-proxy.ts'
import { waitUntil } from '../servers/wait-until.ts'
import { ownPrefix } from './open-clients.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const key = { partition: 'p', key: 'k' }
const now = () => ({ now: Date.now() })

/** A store behind a bad network, and one of another process beside it. */
async function start() {
  const server = await sharedRedis()
  const proxy = await tcpProxy(server)
  const [far, near] = [openRedis({ url: proxy.url }), openRedis({ url: server.url })] as const
  cleanups.push(
    () => proxy[Symbol.asyncDispose](),
    () => far.close(),
    () => near.close(),
  )
  const prefix = ownPrefix()
  const store = redisCacheStore({ client: far, prefix })
  // the scripts are known, so that what is cut is their answer
  await store.release(key, 'none', now())
  const other = redisCacheStore({ client: near, prefix })
  await store.lease({ ...key, key: 'other' }, 60_000, now())
  const holder = () => near.command('GET', [new CacheKeys(prefix).lease(key)])
  return { proxy, store, other, holder }
}

describe.skipIf(isServerMissing('redis'))('a lease whose holder was cut off', () => {
  it('is given back by its next look-up, where it never heard that it has it', async () => {
    const { proxy, store, other, holder } = await start()
    proxy.cut()
    await expect(store.lease(key, 60_000, now())).rejects.toMatchObject({ code: 'away' })
    await waitUntil('the server has given it', async () => (await holder()) !== null)
    expect(await other.lease(key, 1_000, now())).toHaveProperty('waitMs')
    await waitUntil('it is connected again', async () => (await store.get(key, now())) === undefined)
    await waitUntil('another has it', async () => 'token' in (await other.lease(key, 1_000, now())))
  })

  it('is given back by its next look-up, where it could not give it back', async () => {
    const { proxy, store, other } = await start()
    const lease = await store.lease(key, 60_000, now())
    await proxy.refuse()
    await expect(store.release(key, 'token' in lease ? lease.token : '', now())).rejects.toMatchObject({ code: 'away' })
    await proxy.heal()
    await waitUntil('it is connected again', async () => (await store.get(key, now())) === undefined)
    await waitUntil('another has it', async () => 'token' in (await other.lease(key, 1_000, now())))
  })
})
