import { setTimeout as sleep } from 'node:timers/promises'
import type { ConcurrencyRequest } from '@headrace/core'
import { afterEach, describe, expect, it } from 'vitest'
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis, type RedisClient, redisScript } from '../../src/index.ts'
import { redisLimiter } from '../../src/limiter.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** A server, and two clients of it as two processes have them. */
async function start() {
  const server = await startRedis()
  cleanups.push(() => server[Symbol.asyncDispose]())
  const open = (): RedisClient => {
    const client = openRedis({ url: server.url, commandTimeoutMs: 500 })
    cleanups.push(() => client.close())
    return client
  }
  const [client, other] = [open(), open()]
  await Promise.all([client.command('PING', []), other.command('PING', [])])
  return { server, client, other }
}

/** The server answers again, and whatever follows its answers to what it was asked before has been sent. */
async function settled(client: RedisClient): Promise<void> {
  await waitUntil('it answers', async () => (await client.command('PING', [])) === 'PONG')
  await sleep(50)
}

const now = (): number => Date.now()

describe.skipIf(isServerMissing('redis'))('a call that was given up is not sent again', () => {
  it('where its script is unknown to the server', async () => {
    const { server, client, other } = await start()
    server.pause()
    const add = redisScript("return redis.call('INCR', KEYS[1])")
    await expect(client.run(add, { keys: ['n'], args: [] })).rejects.toMatchObject({ code: 'timeout' })
    server.resume()
    await settled(client)
    expect(await other.command('GET', ['n'])).toBeNull()
    expect(await client.run(add, { keys: ['n'], args: [] })).toBe(1)
  })

  it('and not sent at all where it waits for the first connection until then', async () => {
    const { server, other } = await start()
    server.pause()
    const late = openRedis({ url: server.url })
    cleanups.push(() => late.close())
    await expect(late.command('INCR', ['n'])).rejects.toMatchObject({ code: 'timeout' })
    server.resume()
    await settled(late)
    expect(await other.command('GET', ['n'])).toBeNull()
  })

  it('so that a lease of the cache is free again, although the server knows how one ends and not how one begins', async () => {
    const { server, client, other } = await start()
    const [store, another] = [redisCacheStore({ client }), redisCacheStore({ client: other })]
    const key = { partition: 'p', key: 'k' }
    await client.command('SCRIPT', ['FLUSH'])
    await store.release(key, 'none', { now: now() })
    server.pause()
    await expect(store.lease(key, 30_000, { now: now() })).rejects.toMatchObject({ code: 'timeout' })
    server.resume()
    await settled(client)
    expect(await another.lease(key, 30_000, { now: now() })).toHaveProperty('token')
  })

  it('so that a permit is free again in the same way', async () => {
    const { server, client, other } = await start()
    const [limiter, another] = [redisLimiter({ client }), redisLimiter({ client: other })]
    const permit: ConcurrencyRequest = { kind: 'concurrency', key: 'tool', max: 1, leaseMs: 30_000 }
    const first = await limiter.acquire([permit], { now: now() })
    await client.command('SCRIPT', ['FLUSH'])
    await limiter.release(first.granted ? first.lease : '', { now: now(), refund: true })
    server.pause()
    await expect(limiter.acquire([permit], { now: now() })).rejects.toMatchObject({ code: 'timeout' })
    server.resume()
    await settled(client)
    expect(await another.acquire([permit], { now: now() })).toMatchObject({ granted: true })
  })
})
