import { type CacheStore, type MemoryCacheStore, memoryCacheStore } from '@headrace/core'
import { leasingStore } from './good.ts'

/** The cache in memory, with some of its methods replaced. */
export function broken(change: (good: MemoryCacheStore) => Partial<CacheStore>): () => CacheStore {
  return () => {
    const good = memoryCacheStore()
    return { ...good, ...change(good) }
  }
}

/** The cache in memory with leases, with some of its methods replaced. */
export function brokenLeases(change: (good: ReturnType<typeof leasingStore>) => Partial<CacheStore>): () => CacheStore {
  return () => {
    const good = leasingStore()
    return { ...good, ...change(good) }
  }
}
