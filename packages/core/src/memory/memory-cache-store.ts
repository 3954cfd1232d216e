import type { CacheEntry, CacheGuard, CacheKey, CacheStore } from '../ports/cache-store.ts'
import type { PortOptions } from '../ports/port-options.ts'

/** Options of {@link memoryCacheStore}. */
export interface MemoryCacheStoreOptions {
  /** Entries kept over all partitions, the oldest written dropped first; 10,000 by default. */
  readonly maxEntries?: number
}

interface Partition {
  readonly entries: Map<string, CacheEntry>
  /** Epoch of each tag that was ever invalidated here. */
  readonly epochs: Map<string, number>
}

/** A cache in this process: plain maps, nothing outlives the process. Answers at once. */
export function memoryCacheStore(options: MemoryCacheStoreOptions = {}): CacheStore & { readonly size: number } {
  const { maxEntries = 10_000 } = options
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new RangeError(`memoryCacheStore: maxEntries must be an integer >= 1, got ${maxEntries}`)
  }
  const partitions = new Map<string, Partition>()
  /** Every key in the order of writing. */
  const order = new Set<{ partition: string; key: string; entry: CacheEntry }>()
  const places = new WeakMap<CacheEntry, { partition: string; key: string; entry: CacheEntry }>()
  let lastEpoch = 0

  const drop = (entry: CacheEntry): void => {
    const place = places.get(entry)
    if (place === undefined || !order.delete(place)) return
    partitions.get(place.partition)?.entries.delete(place.key)
  }
  const epochOf = (partition: Partition | undefined, tags: readonly string[]): number =>
    tags.reduce((newest, tag) => Math.max(newest, partition?.epochs.get(tag) ?? 0), 0)
  const open = (name: string): Partition => {
    let partition = partitions.get(name)
    if (partition === undefined) partitions.set(name, (partition = { entries: new Map(), epochs: new Map() }))
    return partition
  }

  return {
    supports: { leases: false, tags: true, persistent: false },
    get size() {
      return order.size
    },
    get(key: CacheKey, { now }: PortOptions) {
      const entry = partitions.get(key.partition)?.entries.get(key.key)
      if (entry === undefined || now < (entry.staleUntil ?? entry.expiresAt)) return entry
      drop(entry)
      return undefined
    },
    set(key: CacheKey, entry: CacheEntry, guard: CacheGuard) {
      const partition = open(key.partition)
      if (guard.epoch !== undefined && epochOf(partition, entry.tags ?? []) > guard.epoch) return false
      const old = partition.entries.get(key.key)
      if (old !== undefined) drop(old)
      const place = { partition: key.partition, key: key.key, entry }
      partition.entries.set(key.key, entry)
      places.set(entry, place)
      order.add(place)
      if (order.size > maxEntries) for (const oldest of order) return drop(oldest.entry), true
      return true
    },
    delete(key: CacheKey) {
      const entry = partitions.get(key.partition)?.entries.get(key.key)
      if (entry !== undefined) drop(entry)
    },
    invalidate(name: string, tags: readonly string[]) {
      const partition = open(name)
      lastEpoch += 1
      for (const tag of tags) partition.epochs.set(tag, lastEpoch)
      for (const entry of partition.entries.values()) if (entry.tags?.some((tag) => tags.includes(tag))) drop(entry)
      return lastEpoch
    },
    epoch(name: string, tags: readonly string[]) {
      return epochOf(partitions.get(name), tags)
    },
  }
}
