import { type Limiter, type LimitRequest, type MemoryLimiter, memoryLimiter } from '@headrace/core'

/** The limiter in memory as a plain object, with some of its methods replaced. */
export function changed(good: MemoryLimiter, change: Partial<Limiter>): Limiter {
  return {
    supports: good.supports,
    acquire: (...of) => good.acquire(...of),
    renew: (...of) => good.renew(...of),
    release: (...of) => good.release(...of),
    cooldown: (...of) => good.cooldown(...of),
    watch: (...of) => good.watch(...of),
    ...change,
  }
}

/** Makes such a limiter for each test. */
export function broken(change: (good: MemoryLimiter) => Partial<Limiter>): () => Limiter {
  return () => {
    const good = memoryLimiter()
    return changed(good, change(good))
  }
}

/** One that is asked for other things than it is given. */
export function asked(change: (request: LimitRequest) => LimitRequest): () => Limiter {
  return broken((good) => ({ acquire: (requests, options) => good.acquire(requests.map(change), options) }))
}

/** The limiter in memory, without sliding windows and permits. */
export function plainLimiter(): Limiter {
  const good = memoryLimiter()
  return changed(good, {
    supports: { concurrency: false, slidingWindow: false, shared: false },
    acquire(requests, options) {
      const wrong = requests.find(({ kind }) => kind === 'concurrency')
      const window = requests.find((one) => one.kind === 'rate' && one.algorithm === 'sliding-window')
      if (wrong ?? window) throw new TypeError('it knows token buckets only')
      return good.acquire(requests, options)
    },
  })
}
