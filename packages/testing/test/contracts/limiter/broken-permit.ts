import type { Limiter } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { asked, broken } from './broken.ts'

/** One that is asked for permits with other numbers. */
const permits = (change: (max: number, leaseMs: number) => object) =>
  asked((request) =>
    request.kind === 'concurrency' ? { ...request, ...change(request.max, request.leaseMs) } : request,
  )

/** By the sentence that they break. */
export const brokenPermitLimits: BrokenStores<Limiter> = {
  'a key has max permits; one that is released is there again': {
    'gives one too many': permits((max) => ({ max: max + 1 })),
    'keeps what is released': broken(() => ({ release: () => {} })),
    'has one permit for all keys': asked((request) => ({ ...request, key: 'all' })),
  },
  'of many who ask at once as many are granted as there are permits, now and when they were released': {
    'looks, waits and takes': broken((good) => {
      let held = 0
      return {
        async acquire(requests, options) {
          const [request] = requests
          if (request?.kind !== 'concurrency') return good.acquire(requests, options)
          const before = held
          await Promise.resolve()
          held = before + 1
          if (before < request.max) return { granted: true, lease: `${Math.random()}` }
          return { granted: false, retryAfterMs: 1, blockedBy: request.key }
        },
      }
    }),
    'gives all the same lease': broken((good) => ({
      acquire(...of) {
        const decision = good.acquire(...of)
        return decision.granted ? { granted: true, lease: 'the lease' } : decision
      },
    })),
  },
  'a permit that was neither renewed nor released is given back after leaseMs, and not before': {
    'keeps permits for ever': permits(() => ({ leaseMs: 1e12 })),
    'takes permits away early': permits((_, leaseMs) => ({ leaseMs: leaseMs - 1 })),
    'renews what it has given to another': broken(() => ({ renew: () => true })),
  },
  'renew keeps the permits for leaseMs from now on': {
    'does not renew': broken(() => ({ renew: () => true })),
    'renews for ever': broken((good) => ({
      renew: (lease, { now }) => good.renew(lease, { now }) && good.renew(lease, { now: now + 900 }),
    })),
  },
  'renew is false for a lease that is over, was released or never was': {
    'renews whatever is asked': broken(() => ({ renew: () => true })),
    'renews what is over while nobody wants it': broken((good) => ({
      renew: (lease, options) => good.renew(lease, { now: options.now - 2_000 }),
    })),
  },
  "a lease is released once: what is released again, or is over, frees nobody else's permit": {
    'frees a permit each time': broken((good) => {
      let last = ''
      return {
        acquire(...of) {
          const decision = good.acquire(...of)
          if (decision.granted) last = decision.lease
          return decision
        },
        release: (_, options) => good.release(last, options),
      }
    }),
    'fails for leases that it does not know': broken((good) => ({
      release(lease, options) {
        if (!good.renew(lease, options)) throw new RangeError('unknown lease')
        good.release(lease, options)
      },
    })),
  },
  'permits of one lease are given back together': {
    'gives the first one back': broken((good) => {
      const more = new Map<string, string>()
      return {
        acquire(requests, options) {
          const [first, ...others] = requests
          if (!first || others.length === 0) return good.acquire(requests, options)
          const decision = good.acquire([first], options)
          const other = good.acquire(others, options)
          if (decision.granted && other.granted) more.set(decision.lease, other.lease)
          return decision.granted ? (other.granted ? decision : other) : decision
        },
      }
    }),
  },
  'each key has permits of its own, whatever the key is': {
    'folds keys to lower case': asked((request) => ({ ...request, key: request.key.toLowerCase() })),
    'keeps keys in a plain object': broken((good) => ({
      acquire: (requests, options) =>
        requests.some(({ key }) => key in {})
          ? { granted: false, retryAfterMs: 1, blockedBy: '' }
          : good.acquire(requests, options),
    })),
  },
  'a rate and permits of one key do not count together': {
    'gives tokens back with permits': broken((good) => ({
      release: (lease, options) => good.release(lease, { ...options, refund: true }),
    })),
  },
}
