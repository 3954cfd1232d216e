import type { Cluster, Redis } from 'ioredis'
import { checkTime } from './check-options.ts'
import { IoredisConnection } from './ioredis-connection.ts'
import type { RedisClient } from './redis-client.ts'

/** Options of {@link ioredisClient}. */
export interface IoredisClientOptions {
  /** Milliseconds that one call may take; 250. */
  readonly commandTimeoutMs?: number | undefined
}

/**
 * Uses an ioredis client that is there already, as it is: its options decide what waits for a server that is away and what
 * is sent twice; `openRedis` opens one with options that fit. It is never closed: `close()` ends only what waits for an
 * answer, and the connection for subscriptions, which is made like it. Throws a TypeError for one with `stringNumbers`,
 * which changes replies, and for a Cluster whose `scaleReads` is not `'master'`: a replica lags behind.
 */
export function ioredisClient(redis: Redis | Cluster, options: IoredisClientOptions = {}): RedisClient {
  const { commandTimeoutMs = 250 } = options
  checkTime('ioredisClient', 'commandTimeoutMs', commandTimeoutMs)
  const { username, password, sentinelPassword, stringNumbers } = commonOptions(redis) ?? {}
  if (stringNumbers === true) throw new TypeError('ioredisClient: an instance with stringNumbers cannot be used')
  if ('nodes' in redis && redis.options.scaleReads !== 'master') {
    throw new TypeError("ioredisClient: a Cluster whose scaleReads is not 'master' cannot be used")
  }
  const secrets = [username, password, sentinelPassword].filter(isSecret)
  return new IoredisConnection(redis, { commandTimeoutMs, secrets })
}

function commonOptions(redis: Redis | Cluster): Partial<Redis['options']> | undefined {
  return 'nodes' in redis ? redis.options.redisOptions : redis.options
}

function isSecret(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value !== 'default'
}
