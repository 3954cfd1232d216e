import { setTimeout as sleep } from 'node:timers/promises'
import type { ConcurrencyRequest, LimitDecision } from '@headrace/core'
import { redisLimiter } from '@headrace/redis/limiter'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'

const permit: ConcurrencyRequest = { kind: 'concurrency', key: 'tool', max: 1, leaseMs: 60_000 }

describe.skipIf(isServerMissing('redis'))('a limiter whose server does not answer', { timeout: 20_000 }, () => {
  test('gives back what was granted in an answer that nobody waited for', async () => {
    await using server = await startRedis()
    const client = openRedis({ url: server.url, commandTimeoutMs: 100 })
    const limiter = redisLimiter({ client })
    const acquire = async (): Promise<LimitDecision> => limiter.acquire([permit], { now: Date.now() })
    const first = await acquire()
    await limiter.release(first.granted ? first.lease : '', { now: Date.now(), refund: false })

    server.pause()
    await expect(acquire()).rejects.toMatchObject({ code: 'timeout' })
    await expect(acquire()).rejects.toThrow('within 100 ms')
    await sleep(100)
    server.resume()
    await waitUntil('the permit is free', async () => (await acquire()).granted)
    expect((await acquire()).granted).toBe(false)
    await client.close()
  })
})
