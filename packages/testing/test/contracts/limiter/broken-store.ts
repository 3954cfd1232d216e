import { type Limiter, memoryLimiter } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, changed } from './broken.ts'

const supports = { concurrency: true, slidingWindow: true, shared: true }

/** One that is shared, where the others have some methods replaced. */
const shared = (change: (good: Limiter) => Partial<Limiter>) => () => {
  const good = memoryLimiter()
  const store = changed(good, { supports })
  return { store, reopen: () => changed(good, { supports, ...change(store) }) }
}

/** By the sentence that they break. */
export const brokenStoreLimits: BrokenStores<Limiter> = {
  'supports says of concurrency, slidingWindow and shared whether they are there': {
    'says nothing': broken(() => ({ supports: {} as never })),
  },
  'watch tells the keys whose permits have become free, when they can be taken, until it is ended': {
    'tells one of the keys': broken((good) => ({
      watch(listener) {
        let isFirst = true
        return good.watch((key) => {
          if (isFirst) listener(key)
          isFirst = false
        })
      },
    })),
    'tells nothing': broken(() => ({ watch: () => () => {} })),
    'goes on telling': broken((good) => ({
      watch(listener) {
        good.watch(listener)
        return () => {}
      },
    })),
    'tells before it frees': broken((good) => {
      const listeners = new Set<(key: string) => void>()
      const keys = new Map<string, string[]>()
      return {
        acquire(requests, options) {
          const decision = good.acquire(requests, options)
          if (decision.granted)
            keys.set(
              decision.lease,
              requests.map(({ key }) => key),
            )
          return decision
        },
        async release(lease) {
          for (const listener of listeners) for (const key of keys.get(lease) ?? []) listener(key)
        },
        watch(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      }
    }),
  },
  'what a listener throws reaches neither the release nor another listener': {
    'ends its other listeners': broken((good) => {
      const listeners: ((key: string) => void)[] = []
      good.watch((key) => {
        for (const listener of listeners) listener(key)
      })
      return {
        watch(listener) {
          listeners.push(listener)
          return () => {}
        },
      }
    }),
  },
  'what is shared is one limiter for all: rates, permits, leases and cooldowns': {
    'is another one for everybody': () => ({
      store: changed(memoryLimiter(), { supports }),
      reopen: () => changed(memoryLimiter(), { supports }),
    }),
    'cannot be opened by others': broken(() => ({ supports })),
    'cools down for itself': shared((good) => {
      const other = memoryLimiter()
      return {
        acquire: (requests, options) =>
          requests.some(({ kind }) => kind === 'concurrency') ||
          requests.every((one) => 'limit' in one && one.limit > 1)
            ? good.acquire(requests, options)
            : other.acquire(requests, options),
      }
    }),
    'does not know leases of others': shared(() => ({ renew: () => false })),
  },
  'a limiter with a clock of its own goes by it, whatever time it is told': {
    'goes by the time that it is told': { clock: 'server', create: () => memoryLimiter() },
  },
  'a signal that is aborted already makes no method hang': {
    'waits for ever when nobody waits for it': broken((good) => ({
      acquire: (requests, options) =>
        options.signal?.aborted ? new Promise(() => {}) : good.acquire(requests, options),
    })),
  },
}
