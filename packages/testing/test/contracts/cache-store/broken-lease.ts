import type { CacheKey, CacheStore, PortOptions } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, brokenLeases } from './broken.ts'
import { leasingStore } from './good.ts'

function releaseAny(store: Required<CacheStore>, key: CacheKey, options: PortOptions): void {
  for (let count = 0; count < 9; count += 1) void store.release(key, `${count}`, options)
}

/** By the sentence that they break. */
export const brokenLeaseCaches: BrokenStores<CacheStore> = {
  'a store that supports leases has lease and release, and one that does not has neither': {
    'says that it has leases': broken((good) => ({ supports: { ...good.supports, leases: true } })),
    'has leases and does not say so': brokenLeases((good) => ({ supports: { ...good.supports, leases: false } })),
    'cannot release': () => {
      const { supports, get, set, delete: remove, invalidate, purge, epoch, lease } = leasingStore()
      return { supports, get, set, delete: remove, invalidate, purge, epoch, lease }
    },
  },
  'a lease has one holder at a time; others are told after how long to look again, within its time': {
    'gives a lease to everybody': brokenLeases(() => ({ lease: () => ({ token: 'a' }) })),
    'sends others away for as long as they wanted it': brokenLeases((good) => ({
      async lease(key, ttlMs, options) {
        const answer = await good.lease(key, ttlMs, options)
        return 'token' in answer ? answer : { waitMs: ttlMs }
      },
    })),
    'has one lease for all partitions': brokenLeases((good) => ({
      lease: ({ key }, ...of) => good.lease({ partition: '', key }, ...of),
    })),
  },
  'waitMs counts down with the lease': {
    'tells the whole time of the lease': brokenLeases((good) => ({
      async lease(key, ttlMs, options) {
        const answer = await good.lease(key, ttlMs, options)
        return 'token' in answer ? answer : { waitMs: ttlMs }
      },
    })),
  },
  'a lease is good for its ttlMs; then another may have it, under another token': {
    'never ends a lease': brokenLeases((good) => ({
      lease: (key, _, options) => good.lease(key, 1e12, options),
    })),
    'ends a lease early': brokenLeases((good) => ({
      lease: (key, ttlMs, options) => good.lease(key, ttlMs - 1, options),
    })),
    'names leases by their keys': brokenLeases((good) => ({
      async lease(key, ...of) {
        const answer = await good.lease(key, ...of)
        return 'token' in answer ? { token: key.key } : answer
      },
    })),
  },
  'set with its token ends the lease': {
    'keeps the lease': brokenLeases((good) => ({
      set: (key, entry, _, options) => good.set(key, entry, {}, options),
    })),
  },
  "a write under a lease that somebody else holds by now is refused and changes nothing; the holder's is taken": {
    'ignores tokens': brokenLeases((good) => ({
      set: (key, entry, _, options) => good.set(key, entry, {}, options),
    })),
    'ends the lease of the holder': brokenLeases((good) => ({
      set(key, entry, guard, options) {
        const isTaken = good.set(key, entry, guard, options)
        if (!isTaken) releaseAny(good, key, options)
        return isTaken
      },
    })),
  },
  'a write under a lease that is over is taken where nobody else holds one': {
    'wants a lease that is held': brokenLeases((good) => {
      let until = 0
      return {
        lease(key, ttlMs, options) {
          until = options.now + ttlMs
          return good.lease(key, ttlMs, options)
        },
        set: (key, entry, guard, options) =>
          (guard.token === undefined || options.now < until) && good.set(key, entry, guard, options),
      }
    }),
  },
  'a write that its epoch forbids leaves the lease as it is': {
    'ends the lease first': brokenLeases((good) => ({
      set(key, entry, guard, options) {
        if (guard.token !== undefined) void good.release(key, guard.token, options)
        return good.set(key, entry, guard, options)
      },
    })),
  },
  'release ends the lease of its holder, and of nobody else': {
    'releases nothing': brokenLeases(() => ({ release: () => {} })),
    'releases for anybody': brokenLeases((good) => ({
      release: (key, _, options) => releaseAny(good, key, options),
    })),
  },
  'of many who ask at once one has the lease': {
    'looks, waits and takes': brokenLeases((good) => {
      let isHeld = false
      return {
        async lease(key, ttlMs, options) {
          const isFree = !isHeld
          await Promise.resolve()
          isHeld = true
          return isFree ? { token: `${Math.random()}` } : good.lease(key, ttlMs, options)
        },
      }
    }),
  },
}
