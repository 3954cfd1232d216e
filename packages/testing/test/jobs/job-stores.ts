import { type Awaitable, type JobStore, memoryJobStore } from '@headrace/core'
import type { TestClock } from '@headrace/testing'

/** What a store is asked, by method. */
export type StoreMethod = 'create' | 'get' | 'update' | 'claim'

/** A store whose answers can be broken: every question goes by `before` first, which may throw, wait or let pass. */
export function meddledStore(
  before: (method: StoreMethod, args: readonly unknown[]) => Awaitable<void>,
  inner: JobStore = memoryJobStore(),
): JobStore {
  const meddle =
    <A extends readonly unknown[], R>(method: StoreMethod, run: (...args: A) => R) =>
    (...args: A): R => {
      const wait = before(method, args)
      if (wait === undefined) return run(...args)
      return Promise.resolve(wait).then(() => run(...args)) as R
    }
  return {
    supports: inner.supports,
    create: meddle('create', (...args: Parameters<JobStore['create']>) => inner.create(...args)),
    get: meddle('get', (...args: Parameters<JobStore['get']>) => inner.get(...args)),
    update: meddle('update', (...args: Parameters<JobStore['update']>) => inner.update(...args)),
    claim: meddle('claim', (...args: Parameters<JobStore['claim']>) => inner.claim(...args)),
    watch: (...args) => inner.watch(...args),
  }
}

/** A store that takes its time for every answer. */
export function slowStore(clock: TestClock, ms: number, inner: JobStore = memoryJobStore()): JobStore {
  return meddledStore(() => new Promise((resolve) => void clock.setTimer(ms, resolve)), inner)
}
