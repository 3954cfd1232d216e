import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { startLeaseWorker, told } from './lease-processes.ts'
import { ownPrefix } from './open-clients.ts'

describe.skipIf(isServerMissing('redis'))(
  'a process that is killed while it holds a lease',
  { timeout: 30_000 },
  () => {
    it('keeps others waiting until the lease is over, and no longer', async () => {
      const { url } = await sharedRedis()
      const prefix = ownPrefix()
      const worker = startLeaseWorker(url, prefix, 'hold', '600')
      expect(await told(worker)).toEqual({ token: expect.any(String) })
      const takenAt = performance.now()
      worker.kill('SIGKILL')
      await once(worker, 'exit')
      const client = openRedis({ url })
      const store = redisCacheStore({ client, prefix })
      const key = { partition: 'held', key: 'k' }
      let answer = await store.lease(key, 1_000, { now: Date.now() })
      expect('waitMs' in answer && answer.waitMs <= 600).toBe(true)
      while ('waitMs' in answer) {
        await sleep(answer.waitMs)
        answer = await store.lease(key, 1_000, { now: Date.now() })
      }
      expect(performance.now() - takenAt).toBeGreaterThan(500)
      await client.close()
    })
  },
)
