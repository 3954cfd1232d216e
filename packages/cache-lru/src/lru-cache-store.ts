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
import { shortName } from './short-name.ts'
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
  /** What it holds now, and what its limits have taken so far. */
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

  const allows = (place: Place, { epoch }: CacheGuard, at: PortOptions): boolean => {
    if (epoch === undefined) return true
    const isTaken = epochs.set(place, { ...nothing, tags: place.tags }, { epoch }, at)
    epochs.delete(place, at)
    return isTaken
  }
  const drop = (partition: string, key: string): void => {
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
      const place = places.get(partition, shortName(key))
      return place !== undefined && recent.use(place, now) ? place.entry : undefined
    },
    set(of, entry, guard, at) {
      if (isDisposed) return false
      const place = placeOf(named(of), entry)
      const { partition, key } = place
      if (leases.isHeldByOther(place, guard.token, at.now) || !allows(place, guard, at)) return false
      leases.end(place, guard.token)
      drop(partition, key)
      if (!places.has(partition)) place.bytes += sizeOfPartition(place)
      if (!recent.keep(place, at.now)) return true
      places.set(partition, key, place)
      tagged.add(place)
      return true
    },
    delete: ({ partition, key }) => drop(partition, shortName(key)),
    invalidate(partition, given, at) {
      const tags = given.map(shortName)
      dropTagged(tags, partition)
      return epochs.invalidate(partition, tags, at)
    },
    purge(given, at) {
      const tags = given?.map(shortName)
      if (tags === undefined) recent.clear()
      else dropTagged(tags, undefined)
      epochs.purge(tags, at)
    },
    epoch: (partition, tags, at) => epochs.epoch(partition, tags.map(shortName), at),
    lease: (key, ttlMs, { now }) => leases.take(named(key), ttlMs, now),
    release: (key, token) => leases.end(named(key), token),
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
  bytes: number
}

const nothing: CacheEntry = { id: '', value: null, storedAt: 0, expiresAt: 0 }
const noTags: readonly string[] = []

// The place, the entry, its slots in maps and in the list.
const placeHead = 330
const tagHead = 90
const mapHead = 200

function named({ partition, key }: CacheKey): CacheKey {
  return { partition, key: ownText(shortName(key)) }
}

function placeOf({ partition, key }: CacheKey, given: CacheEntry): Place {
  const tags = given.tags?.map(ownText) ?? noTags
  const entry = { ...given, value: ownJson(given.value), tags: given.tags && tags }
  const expiresAt = given.staleUntil ?? given.expiresAt
  let bytes = placeHead + sizeOfText(key) + sizeOfText(entry.id) + sizeOfJson(entry.value)
  for (const tag of tags) bytes += tagHead + sizeOfText(tag)
  return { partition, key, entry, tags: tags.map(shortName), expiresAt, bytes }
}

/** The maps of a partition, which its first entry makes. */
function sizeOfPartition({ partition, tags }: Place): number {
  return sizeOfText(partition) + (tags.length === 0 ? mapHead : 2 * mapHead)
}
