import { createHash } from 'node:crypto'
import { openRedis } from '@headrace/redis'
import { redisBreakerStore } from '@headrace/redis/breaker'
import { redisCacheStore } from '@headrace/redis/cache'
import type { Outside } from './outside.ts'

export interface RedisStoresOptions {
  readonly url: string
  /** What results depend on beside the arguments of a call: others have keys of their own. */
  readonly about: readonly unknown[]
}

/** The cache and the breakers on a Redis server. */
export function openRedisStores({ url, about }: RedisStoresOptions): Outside {
  const client = openRedis({ url, connectionName: 'research-agent' })
  const name = createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16)
  const prefix = `research-agent:${name}:`
  return {
    runtime: { cache: redisCacheStore({ client, prefix }), breakers: redisBreakerStore({ client, prefix }) },
    close: () => client.close(),
  }
}
