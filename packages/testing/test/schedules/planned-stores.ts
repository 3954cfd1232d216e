import {
  type Awaitable,
  type BreakerStore,
  type CacheStore,
  type Limiter,
  memoryBreakerStore,
  memoryCacheStore,
  memoryLimiter,
} from '@headrace/core'
import { createSeededRandom, type TestClock } from '@headrace/testing'
import { sleep } from '../fixture/tools.ts'
import type { StorePlan } from './schedule.ts'

/** The stores of a schedule, which answer as planned; nothing where they are the runtime's own. */
export function plannedStores(
  { kind, ms }: StorePlan,
  clock: TestClock,
): { readonly breakers?: BreakerStore; readonly cache?: CacheStore; readonly limiter?: Limiter } {
  if (kind === 'at-once') return {}
  let asked = 0
  const later =
    <Given extends readonly unknown[], Answer>(answer: (...given: Given) => Awaitable<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      asked += 1
      if (kind === 'slow') await sleep(clock, ms)
      if (kind === 'failing' && asked % 3 === 0) throw new Error('store')
      return answer(...given)
    }
  const breakers = memoryBreakerStore({ random: createSeededRandom(ms) })
  const cache = memoryCacheStore()
  const limits = memoryLimiter()
  return {
    breakers: { ...breakers, admit: later(breakers.admit), record: later(breakers.record) },
    cache: { ...cache, get: later(cache.get), set: later(cache.set) },
    limiter: {
      supports: { ...limits.supports, shared: true },
      acquire: later((...of: Parameters<Limiter['acquire']>) => limits.acquire(...of)),
      renew: later((...of: Parameters<Limiter['renew']>) => limits.renew(...of)),
      release: later((...of: Parameters<Limiter['release']>) => limits.release(...of)),
      cooldown: later((...of: Parameters<Limiter['cooldown']>) => limits.cooldown(...of)),
      watch: (listener) => limits.watch(listener),
    },
  }
}
