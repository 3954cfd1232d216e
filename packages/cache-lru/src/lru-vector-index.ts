import { memoryVectorIndex, type VectorIndex, type VectorMatch } from '@headrace/core'
import { checkLimits } from './check-limits.ts'
import { type Expiring, ExpiringLru } from './expiring-lru.ts'
import type { LruStats } from './lru-stats.ts'
import { ownText } from './own-json.ts'
import { shortName } from './short-name.ts'
import { sizeOfText } from './size-of-json.ts'
import { TwoLevelMap } from './two-level-map.ts'

/** Options of {@link lruVectorIndex}. */
export interface LruVectorIndexOptions {
  /** Vectors kept over all buckets, those dropped first that were not found or added for the longest time; 100,000. */
  readonly maxEntries?: number | undefined
  /** Bytes of memory that the vectors may take together; 256 MiB. */
  readonly maxBytes?: number | undefined
}

/** A vector index in this process, bounded by entries and bytes: every method answers at once. */
export interface LruVectorIndex extends VectorIndex, Disposable {
  search(...of: Parameters<VectorIndex['search']>): readonly VectorMatch[]
  add(...of: Parameters<VectorIndex['add']>): void
  remove(...of: Parameters<VectorIndex['remove']>): void
  /** What it holds now, and what its limits have taken so far. */
  stats(): LruStats
  /** Lets go of all vectors, and keeps none from then on. */
  [Symbol.dispose](): void
}

/**
 * Makes an {@link LruVectorIndex}. It searches as core's `memoryVectorIndex` does and throws the same RangeErrors; what
 * is different is who goes when there are too many: not the oldest, but those that no search has found for the longest
 * time.
 */
export function lruVectorIndex(options: LruVectorIndexOptions = {}): LruVectorIndex {
  checkLimits('lruVectorIndex', options)
  const { maxEntries = 100_000, maxBytes = 256 * 1024 ** 2 } = options
  const index = memoryVectorIndex({ maxVectors: Number.MAX_SAFE_INTEGER })
  const places = new TwoLevelMap<Place>()
  const forget = (place: Place): void => {
    const { bucket, id } = place
    if (places.get(bucket, id) !== place) return // another one has taken its place
    places.delete(bucket, id)
    index.remove(bucket, [id], { now: 0 })
  }
  const recent = new ExpiringLru<Place>({ maxEntries, maxBytes, onDrop: forget })
  let isDisposed = false

  return {
    supports: index.supports,
    search(of, vector, at) {
      const bucket = shortName(of)
      recent.sweep(at.now)
      const matches = index.search(bucket, vector, at)
      // the nearest last: it goes last
      for (const { id } of matches.toReversed()) {
        const place = places.get(bucket, id)
        if (place !== undefined) recent.use(place, at.now)
      }
      return matches
    },
    add(of, name, vector, expiresAt, at) {
      if (isDisposed) return
      const bucket = ownText(shortName(of))
      const id = ownText(name)
      index.add(bucket, id, vector, expiresAt, at) // where it throws nothing has changed
      const old = places.get(bucket, id)
      const place = {
        bucket,
        id,
        expiresAt,
        bytes: vectorHead + vector.byteLength + sizeOfText(id) + sizeOfText(bucket),
      }
      places.set(bucket, id, place)
      if (old !== undefined) recent.drop(old)
      const hasLength = vector.some((number) => number !== 0)
      if (!hasLength || !recent.keep(place, at.now)) forget(place)
    },
    remove(of, ids) {
      const bucket = shortName(of)
      for (const id of ids) {
        const place = places.get(bucket, id)
        if (place !== undefined) recent.drop(place)
      }
    },
    stats: () => ({ entries: recent.size, bytes: recent.bytes, evicted: recent.evicted }),
    [Symbol.dispose]() {
      isDisposed = true
      recent.clear()
    },
  }
}

/** A vector in its bucket. */
interface Place extends Expiring {
  readonly bucket: string
  readonly id: string
}

// Its sketch, its slots in maps and in the list.
const vectorHead = 400
