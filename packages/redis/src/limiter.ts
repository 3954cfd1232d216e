/**
 * Rates, permits and cooldowns on Redis, counted over all processes.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import type { Limiter } from '@headrace/core'
import { checkPrefix } from './check-prefix.ts'
import { checkKeys } from './client/check-options.ts'
import type { RedisClient } from './client/redis-client.ts'
import { createLimiterScripts } from './limiter/limiter-scripts.ts'
import { RedisLimits } from './limiter/redis-limits.ts'
import { serverTime } from './server-time.ts'

/** Options of {@link redisLimiter}. */
export interface RedisLimiterOptions {
  /** From `openRedis` or `ioredisClient`; stays yours to close. */
  readonly client: RedisClient
  /** What every key and the channel begin with; `headrace:`. Without braces. In a Cluster it decides on the server. */
  readonly prefix?: string | undefined
}

const scripts = createLimiterScripts(serverTime)

/**
 * Keeps rates, permits and cooldowns on a Redis server, for all processes that use the same prefix there. Each method is
 * one round trip and goes by the server's clock; it rejects where the server is away. What a process held that is gone
 * is free again after `leaseMs`.
 */
export function redisLimiter(options: RedisLimiterOptions): Limiter & Required<Pick<Limiter, 'watch'>> {
  const where = 'redisLimiter'
  checkKeys(where, options, ['client', 'prefix'])
  const { client, prefix = 'headrace:' } = options
  checkPrefix(where, prefix)
  const limits = new RedisLimits({ client, prefix, scripts, owner: randomBytes(6).toString('base64url') })
  return {
    supports: limits.supports,
    acquire: (...of) => limits.acquire(...of),
    renew: (...of) => limits.renew(...of),
    release: (...of) => limits.release(...of),
    cooldown: (...of) => limits.cooldown(...of),
    watch: (listener) => limits.watch(listener),
  }
}
