import { createRuntime, type RuntimeEvent } from '@headrace/core'
import { redisBreakerStore } from '../../src/breaker.ts'
import { redisCacheStore } from '../../src/cache.ts'
import type { RedisClient } from '../../src/client/redis-client.ts'
import { redisLimiter } from '../../src/limiter.ts'
import { waitUntil } from '../servers/wait-until.ts'
import { type FaultLoad, faultLoad } from './fault-load.ts'
import { versionedTools } from './versioned-tools.ts'

/** What a runtime tells of a store. */
export type StoreEvent = Extract<RuntimeEvent, { type: 'store-error' | 'store-suspend' | 'store-resume' }>

/** What a stage is like. */
export interface StageOptions {
  /** Whether reads are cached, in Redis; true. Without, each call asks breaker and limiter. */
  readonly isCached?: boolean | undefined
}

/** A runtime whose cache, breakers and limits are all in one Redis, and a load on it. */
export interface FaultStage extends FaultLoad, AsyncDisposable {
  /** Waits until each store answers again, under load. */
  recovered(): Promise<void>
  /** How many events there were of a type and a store. */
  count(type: RuntimeEvent['type'], store: string): number
  /** What was told of a store. */
  told(store: string): readonly StoreEvent[]
  /** What Node has warned of meanwhile. */
  readonly warnings: readonly string[]
}

/** The stores that are in Redis, as events call them. */
export const stores = ['cache', 'breaker', 'limiter'] as const

/** Opens a stage on a client, which the stage closes. */
export function openStage(client: RedisClient, { isCached = true }: StageOptions = {}): FaultStage {
  const runtime = createRuntime({
    tools: versionedTools(isCached),
    cache: redisCacheStore({ client }),
    breakers: redisBreakerStore({ client }),
    limiter: redisLimiter({ client }),
  })
  const events: StoreEvent[] = []
  runtime.events$.subscribe((event) => 'store' in event && events.push(event))
  const load = faultLoad(runtime)
  const warnings: string[] = []
  const warn = (warning: Error): void => void warnings.push(String(warning))
  process.on('warning', warn)
  const isBack = (store: string): boolean => {
    const last = events.findLast((event) => event.store === store && event.type !== 'store-error')
    return last?.type !== 'store-suspend'
  }
  return {
    ...load,
    warnings,
    recovered: () => waitUntil('each store answers again', () => stores.every(isBack), { withinMs: 60_000 }),
    count: (type, store) => events.filter((event) => event.type === type && event.store === store).length,
    told: (store) => events.filter((event) => event.store === store),
    async [Symbol.asyncDispose]() {
      await load.stop()
      load[Symbol.dispose]()
      process.off('warning', warn)
      await runtime.close()
      await client.close()
    },
  }
}
