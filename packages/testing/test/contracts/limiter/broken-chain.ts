import type { Limiter } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { asked, broken, plainLimiter } from './broken.ts'

/** By the sentence that they break. */
export const brokenChainLimits: BrokenStores<Limiter> = {
  'acquire takes all that is asked for, or nothing': {
    'takes what comes before the refused': broken((good) => ({
      acquire(requests, options) {
        for (const request of requests) {
          const decision = good.acquire([request], options)
          if (!decision.granted) return decision
        }
        return good.acquire([], options)
      },
    })),
    'grants what it can': broken((good) => ({
      acquire(requests, options) {
        const decisions = requests.map((request) => good.acquire([request], options))
        return decisions.find(({ granted }) => granted) ?? good.acquire(requests, options)
      },
    })),
    'takes the first of the limits': broken((good) => ({
      acquire: (requests, options) => good.acquire(requests.slice(0, 1), options),
    })),
  },
  'of many who ask at once for several limits as many are granted as fit in all of them': {
    'takes one after the other, and gives nothing back': broken((good) => ({
      async acquire(requests, options) {
        for (const request of requests) {
          await Promise.resolve()
          const decision = good.acquire([request], options)
          if (!decision.granted) return decision
        }
        return good.acquire([], options)
      },
    })),
  },
  'a refusal tells the key that stands in the way longest, and for how long': {
    'names the first that stands in the way': broken((good) => ({
      acquire(requests, options) {
        const decision = good.acquire(requests, options)
        if (decision.granted) return decision
        for (const request of requests) {
          const first = good.acquire([request], options)
          if (!first.granted) return first
        }
        return decision
      },
    })),
    'names another key': broken((good) => ({
      acquire(...of) {
        const decision = good.acquire(...of)
        return decision.granted ? decision : { ...decision, blockedBy: 'limits' }
      },
    })),
  },
  'who asks for nothing is granted it, as a lease': {
    'refuses nothing': broken((good) => ({
      acquire: (requests, options) =>
        requests.length === 0 ? { granted: false, retryAfterMs: 1, blockedBy: '' } : good.acquire(requests, options),
    })),
    'has no lease for it': broken((good) => ({
      acquire: (requests, options) =>
        requests.length === 0 ? { granted: true, lease: '' } : good.acquire(requests, options),
    })),
  },
  'what could never be granted fails, and so does a kind that is not supported; nothing is taken then': {
    'refuses for ever': broken((good) => ({
      acquire(requests, options) {
        try {
          return good.acquire(requests, options)
        } catch {
          return { granted: false, retryAfterMs: 1, blockedBy: '' }
        }
      },
    })),
    'grants what it does not support': () => ({
      ...plainLimiter(),
      acquire: () => ({ granted: true, lease: `${Math.random()}` }),
    }),
    'takes the rest first': broken((good) => ({
      acquire(requests, options) {
        if (requests.length > 1) good.acquire(requests.slice(0, 1), options)
        return good.acquire(requests, options)
      },
    })),
  },
  'release keeps the tokens of a call that has started, and with refund gives back those of one that never did': {
    'forgets the refund': broken((good) => ({
      release: (lease, options) => good.release(lease, { ...options, refund: false }),
    })),
    'refunds always': broken((good) => ({
      release: (lease, options) => good.release(lease, { ...options, refund: true }),
    })),
    'refunds one token': broken((good) => {
      const requested = new Map<string, number>()
      return {
        acquire(requests, options) {
          const decision = good.acquire(requests, options)
          const [request] = requests
          if (decision.granted && request?.kind === 'rate') requested.set(decision.lease, request.weight)
          return decision
        },
        release: (lease, options) => good.release(lease, { ...options, refund: (requested.get(lease) ?? 0) < 2 }),
      }
    }),
  },
  'a refund never lets more through than the rate allows': {
    'puts tokens into a full bucket': broken((good) => {
      let saved = 0
      return {
        acquire(...of) {
          const decision = good.acquire(...of)
          if (decision.granted || saved === 0) return decision
          saved -= 1
          return { granted: true, lease: 'saved' }
        },
        release(_, { refund }) {
          if (refund) saved += 1
        },
      }
    }),
  },
  'cooldown refuses every request of its key until its end, exclusive, and none of another key': {
    'ignores cooldowns': broken(() => ({ cooldown: () => {} })),
    'cools permits down no more': broken((good) => ({
      acquire(requests, options) {
        const decision = good.acquire(requests, options)
        const isPermit = requests.at(-1)?.kind === 'concurrency'
        return !decision.granted && isPermit ? { granted: true, lease: 'cool' } : decision
      },
    })),
    'cools down a millisecond too long': broken((good) => ({
      cooldown: (key, until, options) => good.cooldown(key, until + 1, options),
    })),
    'cools everything down': asked((request) => ({ ...request, key: 'all' })),
    'tells no time': broken((good) => ({
      acquire(...of) {
        const decision = good.acquire(...of)
        return decision.granted ? decision : { ...decision, retryAfterMs: 1_000 }
      },
    })),
  },
  'an earlier end changes nothing of a cooldown, a later one does, and one that has passed is none': {
    'shortens a cooldown': broken((good) => {
      const ends = new Map<string, number>()
      return {
        cooldown: (key, until) => void ends.set(key, until),
        acquire(requests, options) {
          const [key = ''] = requests.map((request) => request.key)
          const leftMs = (ends.get(key) ?? 0) - options.now
          return leftMs > 0 ? { granted: false, retryAfterMs: leftMs, blockedBy: key } : good.acquire(requests, options)
        },
      }
    }),
    'keeps to the first end': broken((good) => {
      const cooled = new Set<string>()
      return {
        cooldown(key, until, options) {
          if (until <= options.now || cooled.has(key)) return
          cooled.add(key)
          good.cooldown(key, until, options)
        },
      }
    }),
    'adds one cooldown to the other': broken((good) => {
      let sum = 0
      return {
        cooldown(key, until, options) {
          sum += Math.max(0, until - options.now)
          good.cooldown(key, options.now + sum, options)
        },
      }
    }),
  },
  'what is given back does not end a cooldown': {
    'ends the cooldown with the lease': broken((good) => {
      const cooled = new Map<string, number>()
      return {
        cooldown: (key, until) => void cooled.set(key, until),
        acquire(requests, options) {
          const key = requests.find((request) => cooled.has(request.key))?.key
          if (key !== undefined) return { granted: false, retryAfterMs: 1, blockedBy: key }
          return good.acquire(requests, options)
        },
        release(lease, options) {
          cooled.clear()
          good.release(lease, options)
        },
      }
    }),
  },
}
