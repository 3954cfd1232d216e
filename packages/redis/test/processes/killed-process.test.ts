import { setTimeout as sleep } from 'node:timers/promises'
import type { ConcurrencyRequest } from '@headrace/core'
import { redisLimiter } from '@headrace/redis/limiter'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { ownPrefix } from '../cache/open-clients.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { openWorker } from './open-worker.ts'

describe.skipIf(isServerMissing('redis'))('a process that is killed', { timeout: 20_000 }, () => {
  test('has its permit taken back when the lease is over, and not before', async () => {
    const { url } = await sharedRedis()
    const prefix = ownPrefix()
    await using worker = await openWorker(url, prefix)
    const client = openRedis({ url })
    const limiter = redisLimiter({ client, prefix })
    const permit: ConcurrencyRequest = { kind: 'concurrency', key: 'tool', max: 1, leaseMs: 600 }
    const acquire = async () => limiter.acquire([permit], { now: Date.now() })

    const takenAt = performance.now()
    expect(await worker.acquire([permit], 1)).toHaveLength(1)
    await worker.kill()
    const refused = await acquire()
    expect(refused.granted ? 0 : refused.retryAfterMs).toBeGreaterThan(0)
    let decision = refused
    while (!decision.granted) {
      await sleep(decision.retryAfterMs)
      decision = await acquire()
    }
    expect(performance.now() - takenAt).toBeGreaterThanOrEqual(590)
    await client.close()
  })
})
