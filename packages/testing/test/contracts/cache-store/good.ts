import { type CacheKey, type CacheStore, type MemoryCacheStore, memoryCacheStore } from '@headrace/core'

/** The cache in memory, with leases. */
export function leasingStore(): MemoryCacheStore & Required<CacheStore> {
  const good = memoryCacheStore()
  const leases = new Map<string, { readonly token: string; readonly until: number }>()
  const nameOf = ({ partition, key }: CacheKey): string => JSON.stringify([partition, key])
  const heldBy = (key: CacheKey, now: number): string | undefined => {
    const lease = leases.get(nameOf(key))
    return lease && now < lease.until ? lease.token : undefined
  }
  let count = 0
  return {
    ...good,
    supports: { ...good.supports, leases: true },
    set(key, entry, guard, options) {
      const holder = heldBy(key, options.now)
      if (guard.token !== undefined && holder !== undefined && holder !== guard.token) return false
      const isTaken = good.set(key, entry, guard, options)
      if (isTaken && guard.token !== undefined) leases.delete(nameOf(key))
      return isTaken
    },
    lease(key, ttlMs, { now }) {
      const lease = leases.get(nameOf(key))
      if (lease && now < lease.until) return { waitMs: lease.until - now }
      count += 1
      leases.set(nameOf(key), { token: `${count}`, until: now + ttlMs })
      return { token: `${count}` }
    },
    release(key, token, { now }) {
      if (heldBy(key, now) === token) leases.delete(nameOf(key))
    },
  }
}

/** The cache in memory, without tags: every entry carries every tag. */
export function taglessStore(): CacheStore {
  const good = memoryCacheStore()
  const all = (tags: readonly string[]): string[] => (tags.length > 0 ? ['every tag'] : [])
  return {
    ...good,
    supports: { ...good.supports, tags: false },
    async get(key, options) {
      const entry = good.get(key, options)
      return entry && { ...entry, tags: entry.tags?.filter((tag) => tag !== 'every tag') }
    },
    set: async (key, entry, guard, options) =>
      good.set(key, { ...entry, tags: [...(entry.tags ?? []), 'every tag'] }, guard, options),
    invalidate: async (partition, tags, options) => good.invalidate(partition, all(tags), options),
    purge: async (tags, options) => good.purge(tags && all(tags), options),
    epoch: async (partition, tags, options) => good.epoch(partition, all(tags), options),
  }
}

/** The cache in memory, that claims to outlive its process, and does: opened again, it is the same. */
export function persistentStore(): { readonly store: CacheStore; reopen(): CacheStore } {
  const good = memoryCacheStore()
  const store = { ...good, supports: { ...good.supports, persistent: true } }
  return { store, reopen: () => ({ ...store }) }
}
