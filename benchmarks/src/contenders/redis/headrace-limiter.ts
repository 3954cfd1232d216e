import type { LimitRequest } from '@headrace/core'
import { openRedis } from '@headrace/redis'
import { redisLimiter } from '@headrace/redis/limiter'
import type { CreateContender } from '../../contender.ts'
import { startRedisServer } from '../../measure/redis-server.ts'

/** As a tool asks that has both limits, which are never reached. */
const requests: readonly LimitRequest[] = [
  { kind: 'rate', key: 'tool', limit: 1e9, perMs: 1_000, burst: 1e9, weight: 1, algorithm: 'token-bucket' },
  { kind: 'concurrency', key: 'tool', max: 10, leaseMs: 30_000 },
]

/** What the limits of a call ask of the server. */
export const create: CreateContender = () => {
  const opened = startRedisServer().then(({ url }) =>
    redisLimiter({ client: openRedis({ url, commandTimeoutMs: 5_000 }) }),
  )
  return {
    call: async () => {
      const limiter = await opened
      const decision = await limiter.acquire(requests, { now: Date.now() })
      if (!decision.granted) throw new Error('There is no permit')
      await limiter.release(decision.lease, { now: Date.now(), refund: false })
    },
  }
}
