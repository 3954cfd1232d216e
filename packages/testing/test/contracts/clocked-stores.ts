import {
  type BreakerStore,
  type CacheEntry,
  type CacheStore,
  type JobRecord,
  type JobStore,
  type Limiter,
  memoryBreakerStore,
  memoryCacheStore,
  memoryJobStore,
  memoryLimiter,
  type VectorIndex,
} from '@headrace/core'
import { scanIndex } from './vector-index/good.ts'

/** Breakers in memory, by a clock of their own. */
export function clockedBreakers(now: () => number): BreakerStore {
  const good = memoryBreakerStore()
  return {
    ...good,
    admit: (key, rules) => good.admit(key, rules, { now: now() }),
    record: (key, rules, outcome) => good.record(key, rules, outcome, { now: now() }),
    renew: (key, probe) => good.renew(key, probe, { now: now() }),
    set: (key, state) => good.set(key, state, { now: now() }),
  }
}

/** Jobs in memory, by a clock of their own. */
export function clockedJobs(now: () => number): JobStore {
  const good = memoryJobStore()
  const moved = (job: JobRecord, byMs: number): JobRecord => {
    const times = ['createdAt', 'updatedAt', 'heartbeatAt', 'leaseUntil'] as const
    const changed = times.flatMap((name) => (job[name] === undefined ? [] : [[name, job[name] + byMs]]))
    return { ...job, ...Object.fromEntries(changed) }
  }
  const given = <T extends JobRecord | undefined | false>(job: T, told: number): T =>
    job ? (moved(job, told - now()) as T) : job
  return {
    supports: good.supports,
    create(job, { now: told }) {
      const answer = good.create(moved(job, now() - told), { now: now() })
      return { ...answer, job: given(answer.job, told) }
    },
    get: (id, { now: told }) => given(good.get(id, { now: now() }), told),
    update(id, version, change, { now: told }) {
      const { leaseUntil, heartbeatAt } = change
      const times = {
        ...(leaseUntil !== undefined && { leaseUntil: leaseUntil + now() - told }),
        ...(heartbeatAt !== undefined && { heartbeatAt: heartbeatAt + now() - told }),
      }
      return given(good.update(id, version, { ...change, ...times }, { now: now() }), told)
    },
    claim: (owner, leaseMs, { tools, now: told }) => given(good.claim(owner, leaseMs, { tools, now: now() }), told),
    watch: (id, listener) => good.watch(id, listener),
  }
}

/** Limits in memory, by a clock of their own. */
export function clockedLimits(now: () => number): Limiter {
  const good = memoryLimiter()
  return {
    supports: good.supports,
    acquire: (requests) => good.acquire(requests, { now: now() }),
    renew: (lease) => good.renew(lease, { now: now() }),
    release: (lease, { refund }) => good.release(lease, { refund, now: now() }),
    cooldown: (key, until, options) => good.cooldown(key, until - options.now + now(), { now: now() }),
    watch: (listener) => good.watch(listener),
  }
}

/** Vectors in memory, by a clock of their own. */
export function clockedIndex(now: () => number): VectorIndex {
  const good = scanIndex()
  return {
    ...good,
    search: (bucket, vector, options) => good.search(bucket, vector, { ...options, now: now() }),
    add: (bucket, id, vector, expiresAt, options) =>
      good.add(bucket, id, vector, expiresAt - options.now + now(), { now: now() }),
  }
}

/** The cache in memory, by a clock of its own. */
export function clockedCache(now: () => number): CacheStore {
  const good = memoryCacheStore()
  return {
    ...good,
    get: (key) => good.get(key, { now: now() })?.value as CacheEntry | undefined,
    set(key, entry, guard, options) {
      const shift = now() - options.now
      const expiresAt = (entry.staleUntil ?? entry.expiresAt) + shift
      const kept = { id: entry.id, value: entry, storedAt: now(), expiresAt, tags: entry.tags }
      return good.set(key, kept, guard, options)
    },
  }
}
