import {
  type BreakerStore,
  type Clock,
  type JobRecord,
  type JobStore,
  type Limiter,
  memoryBreakerStore,
  memoryJobStore,
  memoryLimiter,
  type VectorIndex,
} from '@headrace/core'
import { describe, it } from 'vitest'
import { breakerStoreContract } from '../../src/contracts/breaker-store/test-breaker-store.ts'
import { cacheStoreContract } from '../../src/contracts/cache-store/test-cache-store.ts'
import type { Contract } from '../../src/contracts/contract.ts'
import { jobStoreContract } from '../../src/contracts/job-store/test-job-store.ts'
import { limiterContract } from '../../src/contracts/limiter/test-limiter.ts'
import { runCase } from '../../src/contracts/run-case.ts'
import { createServerTime } from '../../src/contracts/trial-time.ts'
import { vectorIndexContract } from '../../src/contracts/vector-index/test-vector-index.ts'
import { clockedStore } from './cache-store/good.ts'
import { scanIndex } from './vector-index/good.ts'

/** A clock whose time passes at once where somebody waits for it. */
function hurriedClock(): Clock {
  let time = Date.UTC(2026, 0, 1)
  return {
    now: () => time,
    monotonic: () => time,
    setTimer(ms, run) {
      time += ms
      setImmediate(run)
      return { cancel() {} }
    },
  }
}

/** Runs a contract on stores that go by a clock of their own. */
function holdByServer<Port>({ port, cases }: Contract<Port>, create: (now: () => number) => Port): void {
  describe(`${port} by a clock of its own`, () => {
    for (const one of cases) {
      it(`holds: ${one.name}`, async () => {
        const clock = hurriedClock()
        await holdCase(create(clock.now), one, clock)
      })
    }
  })
}

async function holdCase<Port>(store: Port, one: Contract<Port>['cases'][number], clock: Clock): Promise<void> {
  await runCase({ clock: 'server', create: () => store }, one, () => createServerTime(clock))
}

function clockedBreakers(now: () => number): BreakerStore {
  const good = memoryBreakerStore()
  return {
    ...good,
    admit: (key, rules) => good.admit(key, rules, { now: now() }),
    record: (key, rules, outcome) => good.record(key, rules, outcome, { now: now() }),
    renew: (key, probe) => good.renew(key, probe, { now: now() }),
    set: (key, state) => good.set(key, state, { now: now() }),
  }
}

function clockedJobs(now: () => number): JobStore {
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

function clockedLimits(now: () => number): Limiter {
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

function clockedIndex(now: () => number): VectorIndex {
  const good = scanIndex()
  return {
    ...good,
    search: (bucket, vector, options) => good.search(bucket, vector, { ...options, now: now() }),
    add: (bucket, id, vector, expiresAt, options) =>
      good.add(bucket, id, vector, expiresAt - options.now + now(), { now: now() }),
  }
}

holdByServer(breakerStoreContract, clockedBreakers)
holdByServer(cacheStoreContract, clockedStore)
holdByServer(jobStoreContract, clockedJobs)
holdByServer(limiterContract, clockedLimits)
holdByServer(vectorIndexContract, clockedIndex)
