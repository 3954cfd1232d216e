import { createRuntime, defineTool, type Runtime, type RuntimeEvent } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { redisCacheStore } from '../../src/cache.ts'
import type { RedisClient } from '../../src/index.ts'
import { ownPrefix } from './open-clients.ts'

/** A runtime whose results are kept in Redis. */
export interface CachedRuntime {
  readonly runtime: Runtime
  readonly prefix: string
  /** What the store was said to have failed with. */
  readonly errors: unknown[]
  /** Calls the tool; gives its output, a number that grows with every run, and what the call lost. */
  price(item: string): Promise<{ readonly run: number; readonly ms: number }>
}

/** Makes one; its tool gives the number of its run. */
export function runCached(client: RedisClient, prefix: string = ownPrefix()): CachedRuntime {
  let runs = 0
  const errors: unknown[] = []
  const price = defineTool({
    name: 'price',
    description: 'Gives a price',
    inputSchema: jsonSchema<{ item: string }>({ type: 'object' }),
    annotations: { readOnlyHint: true },
    policy: { cache: { ttl: 60_000, scope: 'shared', tags: ({ item }: { item: string }) => [item] } },
    execute: () => {
      runs += 1
      return runs
    },
  })
  const runtime = createRuntime({ tools: [price], cache: redisCacheStore({ client, prefix }) })
  runtime.events$.subscribe((event: RuntimeEvent) => {
    if (event.type === 'store-error') errors.push(event.error)
  })
  return {
    runtime,
    prefix,
    errors,
    async price(item) {
      const startedAt = performance.now()
      const run = await runtime.call('price', { item })
      return { run, ms: performance.now() - startedAt }
    },
  }
}
