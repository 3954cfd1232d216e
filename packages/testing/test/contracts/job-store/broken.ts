import { type JobStore, type MemoryJobStore, memoryJobStore } from '@headrace/core'

/** The job store in memory as a plain object, with some of its methods replaced. */
export function changed(good: MemoryJobStore, change: Partial<JobStore>): JobStore {
  return {
    supports: good.supports,
    create: (...of) => good.create(...of),
    get: (...of) => good.get(...of),
    update: (...of) => good.update(...of),
    claim: (...of) => good.claim(...of),
    watch: (...of) => good.watch(...of),
    ...change,
  }
}

/** Makes such a store for each test. */
export function broken(change: (good: MemoryJobStore) => Partial<JobStore>): () => JobStore {
  return () => {
    const good = memoryJobStore()
    return changed(good, change(good))
  }
}

/** The job store in memory, that claims to outlive its process, and does: opened again, it is the same. */
export function durableStore(): { readonly store: JobStore; reopen(): JobStore } {
  const good = memoryJobStore()
  const supports = { durable: true, shared: false, push: true }
  return { store: changed(good, { supports }), reopen: () => changed(good, { supports }) }
}
