/**
 * Circuit breakers on Redis: what one process learns of a backend, all heed.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import type { BreakerStore } from '@headrace/core'
import { createBreakerScripts } from './breaker/breaker-scripts.ts'
import { RedisBreakers } from './breaker/redis-breaker-store.ts'
import { checkPrefix } from './check-prefix.ts'
import { checkKeys } from './client/check-options.ts'
import type { RedisClient } from './client/redis-client.ts'
import { serverTime } from './server-time.ts'

/** Options of {@link redisBreakerStore}. */
export interface RedisBreakerOptions {
  /** From `openRedis` or `ioredisClient`; stays yours to close. */
  readonly client: RedisClient
  /** What every key and the channel begin with; `headrace:`. Without braces. */
  readonly prefix?: string | undefined
  /** 0 to below 1: the jitter of the time that a breaker stays open; `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** A probe is renewed every three seconds while it runs: two renewals may get lost. */
const probeLeaseMs = 10_000
const scripts = createBreakerScripts(serverTime)

/**
 * Keeps circuit breakers on a Redis server, for all processes that use the same prefix there. Each method is one round
 * trip and judges by the server's clock; it rejects where the server is away. Changes are heard from other processes
 * while somebody watches, as every runtime does.
 */
export function redisBreakerStore(options: RedisBreakerOptions): BreakerStore {
  const where = 'redisBreakerStore'
  checkKeys(where, options, ['client', 'prefix', 'random'])
  const { client, prefix = 'headrace:', random = Math.random } = options
  checkPrefix(where, prefix)
  if (typeof random !== 'function') throw new TypeError(`${where}: random must be a function`)
  const owner = randomBytes(6).toString('base64url')
  const breakers = new RedisBreakers({ client, prefix, scripts, random, owner, probeLeaseMs })
  return {
    admit: (...of) => breakers.admit(...of),
    record: (...of) => breakers.record(...of),
    renew: (key, probe) => breakers.renew(key, probe),
    set: (...of) => breakers.set(...of),
    peek: (key) => breakers.peek(key),
    watch: (listener) => breakers.watch(listener),
  }
}
