import type { Limiter, LimitRequest } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { asked, broken } from './broken.ts'

/** Changes the rates of an algorithm. */
const rates = (algorithm: string, change: (limit: number, burst: number) => object) =>
  asked((request) =>
    request.kind === 'rate' && request.algorithm === algorithm
      ? { ...request, ...change(request.limit, request.burst) }
      : request,
  )

/** By the sentence that they break. */
export const brokenRateLimits: BrokenStores<Limiter> = {
  'a token bucket grants its burst at once, and then limit in perMs, exactly when it says': {
    'has no burst': rates('token-bucket', (limit) => ({ burst: limit })),
    'grants one too many': rates('token-bucket', (_, burst) => ({ burst: burst + 1 })),
    'fills twice as fast': rates('token-bucket', (limit) => ({ limit: limit * 2 })),
    'grants a millisecond early': broken((good) => ({
      acquire(requests, { now }) {
        const decision = good.acquire(requests, { now })
        return !decision.granted && decision.retryAfterMs === 1 ? { granted: true, lease: '' } : decision
      },
    })),
    'tells a time that is too short': broken((good) => ({
      acquire(...of) {
        const decision = good.acquire(...of)
        return decision.granted ? decision : { ...decision, retryAfterMs: decision.retryAfterMs / 2 }
      },
    })),
    'fills a bucket only when it is empty, all at once': rates('token-bucket', () => ({ algorithm: 'sliding-window' })),
  },
  'a token bucket never holds more than its burst': {
    'goes on filling': broken((good) => {
      const seen = new Map<string, number>()
      return {
        acquire(requests, options) {
          const [request] = requests
          if (request?.kind !== 'rate') return good.acquire(requests, options)
          const since = seen.get(request.key) ?? options.now
          seen.set(request.key, since)
          const saved = (options.now - since) / request.perMs
          const decision = good.acquire(requests, options)
          return decision.granted || saved < request.burst ? decision : { granted: true, lease: 'saved' }
        },
      }
    }),
  },
  'a request counts as many as its weight': {
    'counts requests': asked((request) => (request.kind === 'rate' ? { ...request, weight: 1 } : request)),
  },
  'a sliding window grants at most its limit in any perMs, exactly when it says': {
    'has a bucket instead': rates('sliding-window', () => ({ algorithm: 'token-bucket' })),
    'has a fixed window': broken((good) => {
      const counts = new Map<string, number>()
      return {
        acquire(requests, options) {
          const [request] = requests
          if (request?.kind !== 'rate') return good.acquire(requests, options)
          const { key, perMs, limit } = request
          const window = Math.floor(options.now / perMs)
          const count = counts.get(`${key} ${window}`) ?? 0
          if (count >= limit) {
            return { granted: false, retryAfterMs: (window + 1) * perMs - options.now, blockedBy: key }
          }
          counts.set(`${key} ${window}`, count + 1)
          return { granted: true, lease: `${key} ${window} ${count}` }
        },
      }
    }),
    'grants one too many': rates('sliding-window', (limit) => ({ limit: limit + 1 })),
  },
  'what is refused counts nothing': {
    'begins the time anew for whoever comes too early': broken((good) => {
      const again = new Map<string, number>()
      return {
        acquire(requests, options) {
          const key = requests[0]?.key ?? ''
          const until = again.get(key) ?? 0
          const decision = good.acquire(requests, options)
          if (decision.granted && options.now >= until) return decision
          again.set(key, options.now + 2_000)
          return { granted: false, retryAfterMs: 2_000, blockedBy: key }
        },
      }
    }),
  },
  'each key is counted by itself, whatever the key is': {
    'has one count for all': asked((request) => ({ ...request, key: '' })),
    'trims keys': asked((request) => ({ ...request, key: request.key.trim() })),
    'cuts keys': asked((request) => ({ ...request, key: request.key.slice(0, 1_000) })),
  },
  'of many who ask at once as many are granted as fit': {
    'looks, waits and takes': broken((good) => {
      const taken = new Map<string, number>()
      const weightOf = (request: LimitRequest): number => (request.kind === 'rate' ? request.weight : 1)
      return {
        async acquire(requests, options) {
          const [request] = requests
          if (request?.kind !== 'rate') return good.acquire(requests, options)
          const before = taken.get(request.key) ?? 0
          await Promise.resolve()
          taken.set(request.key, before + weightOf(request))
          if (before + weightOf(request) <= request.limit) return { granted: true, lease: 'lease' }
          return { granted: false, retryAfterMs: 1, blockedBy: request.key }
        },
      }
    }),
  },
  'over any row of requests it grants what a count of all grants allows, and tells to the millisecond when the next fits':
    {
      'rounds times to ten milliseconds': broken((good) => ({
        acquire(...of) {
          const decision = good.acquire(...of)
          if (decision.granted) return decision
          return { ...decision, retryAfterMs: Math.ceil(decision.retryAfterMs / 10) * 10 }
        },
      })),
      'counts a window a millisecond too long': rates('sliding-window', () => ({ perMs: 1_001 })),
    },
}
