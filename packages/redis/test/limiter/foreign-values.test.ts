import type { LimitRequest } from '@headrace/core'
import { redisBreakerStore } from '@headrace/redis/breaker'
import { redisLimiter } from '@headrace/redis/limiter'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { someBreakerRules as rules } from '../processes/some-breaker-rules.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'

const now = (): { readonly now: number } => ({ now: Date.now() })
const rate: LimitRequest = {
  kind: 'rate',
  key: 'tool',
  limit: 1,
  perMs: 60_000,
  burst: 1,
  weight: 1,
  algorithm: 'token-bucket',
}
const permit: LimitRequest = { kind: 'concurrency', key: 'tool', max: 1, leaseMs: 60_000 }
const commands =
  'evalsha eval hget hmget hset pexpire persist pttl rpush lpop lindex lrange del time publish get mget set zadd zrem zcard zscore zrange zremrangebyscore subscribe unsubscribe ping'

describe.skipIf(isServerMissing('redis'))('breakers and limits on a server', () => {
  test('need no right but those that the README names, on keys and channels of their prefix', async () => {
    const rights = commands.split(' ').map((name) => `+${name}`)
    await using server = await startRedis({ users: [`agent on >pw ~own:* &own:* -@all ${rights.join(' ')}`] })
    const client = openRedis({ url: `redis://agent:pw@${server.host}:${server.port}` })
    const [breakers, limiter] = [
      redisBreakerStore({ client, prefix: 'own:' }),
      redisLimiter({ client, prefix: 'own:' }),
    ]
    const told: string[] = []
    const stops = [breakers.watch(({ state }) => told.push(state)), limiter.watch((key) => told.push(key))]

    for (const minReporters of [2, 1]) {
      const own = { ...rules, minReporters }
      for (let call = 1; call <= 3; call += 1) {
        const { generation = 0 } = (await breakers.admit('tool', own, now())) as { generation?: number }
        const kind = call < 3 ? 'success' : 'failure'
        await breakers.record('tool', own, { generation, kind, slow: false, reporter: 'test' }, now())
      }
    }
    await expect.poll(async () => (await breakers.admit('tool', rules, now())).admitted, { interval: 5 }).toBe(true)
    expect((await breakers.set('tool', 'isolated', now())).state).toBe('isolated')
    const decision = await limiter.acquire([rate, permit], now())
    const lease = decision.granted ? decision.lease : ''
    expect((await limiter.acquire([permit], now())).granted).toBe(false)
    expect(await limiter.renew(lease, now())).toBe(true)
    await limiter.release(lease, { ...now(), refund: true })
    await limiter.cooldown('tool', Date.now() + 1_000, now())
    expect(told).toContain('tool')
    for (const stop of stops) stop()
    await client.close()
  })

  test('are replaced where they are broken, and fail where they are something else', async () => {
    await using server = await startRedis()
    const client = openRedis({ url: server.url })
    const admin = new Redis(server.url).on('error', () => {})
    const limiter = redisLimiter({ client })
    const breakers = redisBreakerStore({ client })
    const acquire = async (request: LimitRequest) => limiter.acquire([request], now())
    const keyOf = async (pattern: string): Promise<string> => (await admin.keys(pattern))[0] ?? ''

    expect((await acquire(rate)).granted).toBe(true)
    await admin.set(await keyOf('*:rate:*'), 'nonsense')
    expect((await acquire(rate)).granted).toBe(true)
    expect((await acquire(rate)).granted).toBe(false)

    expect((await acquire(permit)).granted).toBe(true)
    await admin.set(await keyOf('*:permits:*'), 'nonsense')
    await expect(acquire(permit)).rejects.toMatchObject({ reply: 'WRONGTYPE' })

    await breakers.admit('tool', rules, now())
    const key = await keyOf('*breaker:*')
    await admin.hset(key, { state: 'on fire', go: '' })
    await expect.poll(async () => (await breakers.admit('tool', rules, now())).admitted, { interval: 5 }).toBe(true)
    await admin.set(key, 'nonsense')
    await expect(breakers.admit('tool', rules, now())).rejects.toMatchObject({ reply: 'WRONGTYPE' })
    admin.disconnect()
    await client.close()
  })
})
