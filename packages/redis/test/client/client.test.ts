import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ioredisClient, openRedis, type RedisClient, redisScript } from '../../src/index.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import type { RedisServer } from '../servers/start-redis.ts'

let server: RedisServer
let client: RedisClient

beforeAll(async () => {
  server = await sharedRedis()
  client = openRedis({ url: server.url })
})

afterAll(() => client.close())

const prefix = `client-${process.pid}:`

describe('an opened client', () => {
  it('waits for its first connection', async () => {
    const fresh = openRedis({ url: server.url })
    expect(await fresh.command('PING', [])).toBe('PONG')
    expect(fresh.isCluster).toBe(false)
    await fresh.close()
  })

  it('sends text, numbers and bytes, and gives text, whole numbers, lists and nothing', async () => {
    const key = `${prefix}list`
    const bytes = new Uint8Array([1, 97, 98, 1]).subarray(1, 3)
    expect(await client.command('RPUSH', [key, 'ä', 12, bytes])).toBe(3)
    expect(await client.command('LRANGE', [key, 0, -1])).toEqual(['ä', '12', 'ab'])
    expect(await client.command('GET', [`${prefix}none`])).toBeNull()
  })

  it('runs scripts by name, and by text where the server has forgotten them', async () => {
    const script = redisScript('return {KEYS[1], ARGV[1], 7, false}')
    const input = { keys: [`${prefix}k`], args: ['a'] }
    expect(await client.run(script, input)).toEqual([`${prefix}k`, 'a', 7, null])
    await client.command('SCRIPT', ['FLUSH'])
    expect(await Promise.all([client.run(script, input), client.run(script, input)])).toHaveLength(2)
  })

  it('pipelines calls that do not wait for one another, in their order', async () => {
    const key = `${prefix}order`
    const pushes = Array.from({ length: 100 }, (_, index) => client.command('RPUSH', [key, index]))
    expect(await Promise.all(pushes)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  })

  it("rejects with the server's own error, without what was sent", async () => {
    await client.command('SET', [`${prefix}text`, 'x'])
    await expect(client.command('LPUSH', [`${prefix}text`, 'secret'])).rejects.toMatchObject({
      name: 'RedisError',
      code: 'reply',
      reply: 'WRONGTYPE',
    })
    const unknown = await client.command('NOSUCH', ['secret']).catch((error: unknown) => error)
    expect(unknown).toMatchObject({ code: 'reply', reply: 'ERR' })
    expect(String(unknown)).not.toContain('secret')
    expect(JSON.stringify(unknown)).not.toContain('secret')
  })

  it('judges its time limit only after a turn of the event loop', async () => {
    const quick = openRedis({ url: server.url, commandTimeoutMs: 30 })
    await quick.command('PING', [])
    const answer = quick.command('PING', [])
    const until = performance.now() + 80
    while (performance.now() < until);
    expect(await answer).toBe('PONG')
    await expect(quick.command('BLPOP', [`${prefix}empty`, 1])).rejects.toMatchObject({ code: 'timeout' })
    await quick.close()
  })

  it('ends what waits when it is closed, refuses what comes later, and closes twice', async () => {
    const closed = openRedis({ url: server.url, commandTimeoutMs: 5_000 })
    await closed.command('PING', [])
    const waiting = closed.command('BLPOP', [`${prefix}empty`, 5])
    const ended = waiting.catch((error: unknown) => error)
    await closed.close()
    expect(await ended).toMatchObject({ code: 'closed' })
    await closed.close()
    await expect(closed.command('PING', [])).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('subscriptions', () => {
  it('stand when onReady is called, and hear what is published until they end', async () => {
    const channel = `${prefix}news`
    const heard: string[] = []
    let ready = 0
    const arrived = Promise.withResolvers<void>()
    const listen = (name: string) =>
      new Promise<() => void>((resolve) => {
        const end = client.subscribe(channel, {
          onMessage: (message) => {
            heard.push(`${name} ${message}`)
            if (message === 'last') arrived.resolve()
          },
          onReady: () => {
            ready += 1
            resolve(end)
          },
        })
      })
    const endOne = await listen('one')
    const endTwo = await listen('two')
    expect(ready).toBe(2)
    await client.command('PUBLISH', [channel, 'first'])
    endOne()
    endOne()
    await client.command('PUBLISH', [channel, 'last'])
    await arrived.promise
    expect(heard.slice(-1)).toEqual(['two last'])
    expect(heard).toContain('two first')
    endTwo()
  })

  it('come back when their connection is cut, and tell so', async () => {
    const channel = `${prefix}cut`
    let ready = 0
    let stood = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<string>()
    const end = client.subscribe(channel, {
      onMessage: arrived.resolve,
      onReady: () => {
        ready += 1
        stood.resolve()
      },
    })
    await stood.promise
    stood = Promise.withResolvers()
    await client.command('CLIENT', ['KILL', 'TYPE', 'pubsub'])
    await stood.promise
    expect(ready).toBe(2)
    await client.command('PUBLISH', [channel, 'again'])
    expect(await arrived.promise).toBe('again')
    end()
  })
})

describe('an ioredis instance that is given', () => {
  it.each([{ protocol: 2 }, { protocol: 3 }, { protocol: 3, replyMapping: 'resp3' }] as const)(
    'is used as it is and never closed, with %o',
    async (options) => {
      const redis = new Redis(server.url, options as object)
      const given = ioredisClient(redis)
      await given.command('HSET', [`${prefix}hash`, 'a', '1'])
      expect(await given.command('HGETALL', [`${prefix}hash`])).toEqual(['a', '1'])
      await new Promise<void>((onReady) => {
        given.subscribe(`${prefix}given`, { onMessage() {}, onReady })
      })
      await given.close()
      expect(await redis.ping()).toBe('PONG')
      redis.disconnect()
    },
  )

  it('is refused where its replies cannot be told apart', () => {
    const redis = new Redis({ lazyConnect: true, stringNumbers: true })
    expect(() => ioredisClient(redis)).toThrow(/stringNumbers/)
  })
  it('is refused where it reads from replicas, which would give what has changed since', () => {
    const cluster = (scaleReads: 'master' | 'slave' | 'all' | (() => never)) =>
      new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true, scaleReads })
    for (const scaleReads of ['slave', 'all', () => expect.unreachable()] as const) {
      expect(() => ioredisClient(cluster(scaleReads))).toThrow(/scaleReads/)
    }
    expect(ioredisClient(cluster('master')).isCluster).toBe(true)
  })
})
