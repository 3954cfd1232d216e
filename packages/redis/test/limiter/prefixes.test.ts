import type { ConcurrencyRequest, RateRequest } from '@headrace/core'
import { afterAll, describe, expect, it } from 'vitest'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { redisLimiter } from '../../src/limiter.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedCluster } from '../servers/shared-redis.ts'

const clients: RedisClient[] = []
afterAll(() => Promise.all(clients.map((client) => client.close())))

describe.skipIf(isServerMissing('redis'))('in a Cluster', () => {
  it.each(['', 'app:'])('all keys of a limiter are in one slot, with the prefix "%s"', async (prefix) => {
    const client = openRedis({ cluster: (await sharedCluster()).nodes, commandTimeoutMs: 2_000 })
    clients.push(client)
    const limiter = redisLimiter({ client, prefix })
    const key = `prefixes-${process.pid}`
    const permit: ConcurrencyRequest = { kind: 'concurrency', key, max: 10, leaseMs: 1_000 }
    const rate: RateRequest = {
      kind: 'rate',
      key,
      limit: 10,
      perMs: 1_000,
      burst: 10,
      weight: 1,
      algorithm: 'token-bucket',
    }
    const decision = await limiter.acquire([permit, rate], { now: Date.now() })
    expect(decision).toMatchObject({ granted: true })
    const lease = decision.granted ? decision.lease : ''
    expect(await limiter.renew(lease, { now: Date.now() })).toBe(true)
    await limiter.release(lease, { now: Date.now(), refund: true })
    await limiter.cooldown(key, Date.now() + 60_000, { now: Date.now() })
    expect(await limiter.acquire([permit], { now: Date.now() })).toMatchObject({ granted: false })
  })
})
