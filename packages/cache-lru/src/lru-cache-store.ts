import {
  type CacheEntry,
  type CacheGuard,
  type CacheKey,
  type CacheStore,
  memoryCacheStore,
  type PortOptions,
} from '@headrace/core'
import { checkLimits } from './check-limits.ts'
import { type Expiring, ExpiringLru } from './expiring-lru.ts'
import { Leases } from './leases.ts'
import type { LruStats } from './lru-stats.ts'
import { ownJson, ownText } from './own-json.ts'
import { sizeOfJson, sizeOfText } from './size-of-json.ts'
import { type Tagged, TagIndex } from './tag-index.ts'
import { TwoLevelMap } from './two-level-map.ts'

/** Options of {@link lruCacheStore}. */
export interface LruCacheStoreOptions {
  /** Entries kept over all partitions, the least recently used dropped first; 10,000. */
  readonly maxEntries?: number | undefined
  /** Bytes of memory that the entries may take together, as measured when they are written; 64 MiB. */
  readonly maxBytes?: number | undefined
}

/** A cache in this process, bounded by entries and bytes: every method answers at once, nothing outlives the process. */
export interface LruCacheStore extends CacheStore, Disposable {
  get(...of: Parameters<CacheStore['get']>): CacheEntry | undefined
  set(...of: Parameters<CacheStore['set']>): boolean
  delete(...of: Parameters<CacheStore['delete']>): void
  invalidate(...of: Parameters<CacheStore['invalidate']>): number
  purge(...of: Parameters<CacheStore['purge']>): void
  epoch(...of: Parameters<CacheStore['epoch']>): number
  lease(...of: Parameters<NonNullable<CacheStore['lease']>>): { readonly token: string } | { readonly waitMs: number }
  release(...of: Parameters<NonNullable<CacheStore['release']>>): void
  stats(): LruStats
  /** Lets go of all entries, and keeps none from then on. */
  [Symbol.dispose](): void
}

/**
 * Makes an {@link LruCacheStore}. An entry that is larger than `maxBytes` on its own is not kept, nor is the older one of
 * its key. Each call takes away two entries at most of those that have expired; there is no timer.
 */
export function lruCacheStore(options: LruCacheStoreOptions = {}): LruCacheStore {
  checkLimits('lruCacheStore', options)
  const { maxEntries = 10_000, maxBytes = 64 * 1024 ** 2 } = options
  const places = new TwoLevelMap<Place>()
  const tagged = new TagIndex<Place>()
  const recent = new ExpiringLru<Place>({
    maxEntries,
    maxBytes,
    onDrop(place) {
      places.delete(place.partition, place.key)
      tagged.remove(place)
    },
  })
  const leases = new Leases()
  // Counts the invalidations and says what they forbid; it keeps none of our entries.
  const epochs = memoryCacheStore()
  let isDisposed = false

  const allows = (key: CacheKey, { tags }: CacheEntry, { epoch }: CacheGuard, at: PortOptions): boolean => {
    if (epoch === undefined) return true
    const isTaken = epochs.set(key, { ...nothing, tags }, { epoch }, at)
    epochs.delete(key, at)
    return isTaken
  }
  const drop = ({ partition, key }: CacheKey): void => {
    const place = places.get(partition, key)
    if (place !== undefined) recent.drop(place)
  }
  const dropTagged = (tags: readonly string[], partition: string | undefined): void => {
    for (const place of tagged.find(tags, partition)) recent.drop(place)
  }

  return {
    supports: { leases: true, tags: true, persistent: false },
    get({ partition, key }, { now }) {
      recent.sweep(now)
      const place = places.get(partition, key)
      return place !== undefined && recent.use(place, now) ? place.entry : undefined
    },
    set(key, entry, guard, at) {
      if (isDisposed || leases.isHeldByOther(key, guard.token, at.now) || !allows(key, entry, guard, at)) return false
      leases.end(key, guard.token)
      drop(key)
      const place = placeOf(key, entry, places.has(key.partition))
      if (!recent.keep(place, at.now)) return true
      places.set(key.partition, key.key, place)
      tagged.add(place)
      return true
    },
    delete: drop,
    invalidate(partition, tags, at) {
      dropTagged(tags, partition)
      return epochs.invalidate(partition, tags, at)
    },
    purge(tags, at) {
      if (tags === undefined) recent.clear()
      else dropTagged(tags, undefined)
      epochs.purge(tags, at)
    },
    epoch: (partition, tags, at) => epochs.epoch(partition, tags, at),
    lease: (key, ttlMs, { now }) => leases.take(key, ttlMs, now),
    release: (key, token) => leases.end(key, token),
    stats: () => ({ entries: recent.size, bytes: recent.bytes, evicted: recent.evicted }),
    [Symbol.dispose]() {
      isDisposed = true
      recent.clear()
    },
  }
}

/** An entry where it is kept. */
interface Place extends CacheKey, Tagged, Expiring {
  readonly entry: CacheEntry
}

const nothing: CacheEntry = { id: '', value: null, storedAt: 0, expiresAt: 0 }
const noTags: readonly string[] = []

// The place, the entry, its slots in maps and in the list.
const placeHead = 330
const tagHead = 90
/** The maps of a partition; counted with its first entry. */
const mapHead = 200

function placeOf({ partition, key: name }: CacheKey, given: CacheEntry, isKnown: boolean): Place {
  const key = ownText(name)
  const tags = given.tags?.map(ownText) ?? noTags
  const entry = { ...given, value: ownJson(given.value), tags: given.tags && tags }
  let bytes = placeHead + sizeOfText(key) + sizeOfText(entry.id) + sizeOfJson(entry.value)
  if (!isKnown) bytes += sizeOfText(partition) + (tags.length === 0 ? mapHead : 2 * mapHead)
  for (const tag of tags) bytes += tagHead + sizeOfText(tag)
  return { partition, key, entry, tags, expiresAt: given.staleUntil ?? given.expiresAt, bytes }
}
