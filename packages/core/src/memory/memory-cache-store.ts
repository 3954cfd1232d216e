import { shortName } from '../json/short-name.ts'
import { checkKeys, checkNumber } from '../options/check-option.ts'
import type { CacheEntry, CacheGuard, CacheKey, CacheStore } from '../ports/cache-store.ts'
import type { PortOptions } from '../ports/port-options.ts'
import { TagEpochs } from './tag-epochs.ts'
import { TagIndex } from './tag-index.ts'

/** Options of {@link memoryCacheStore}. */
export interface MemoryCacheStoreOptions {
  /** Entries kept over all partitions, the oldest written dropped first, and tags whose epoch is known; 10,000. */
  readonly maxEntries?: number
}

/** A cache in this process: every method answers at once, nothing outlives the process. */
export interface MemoryCacheStore extends CacheStore {
  /** Entries that it holds. */
  readonly size: number
  get(...of: Parameters<CacheStore['get']>): CacheEntry | undefined
  set(...of: Parameters<CacheStore['set']>): boolean
  delete(...of: Parameters<CacheStore['delete']>): void
  invalidate(...of: Parameters<CacheStore['invalidate']>): number
  purge(...of: Parameters<CacheStore['purge']>): void
  epoch(...of: Parameters<CacheStore['epoch']>): number
}

/** Makes a {@link MemoryCacheStore}. */
export function memoryCacheStore(options: MemoryCacheStoreOptions = {}): MemoryCacheStore {
  checkKeys('memoryCacheStore', options, ['maxEntries'])
  checkNumber('memoryCacheStore', 'maxEntries', options.maxEntries, { min: 1, integer: true })
  const entries = new Entries(options.maxEntries ?? 10_000)
  return {
    supports: { leases: false, tags: true, persistent: false },
    get size() {
      return entries.size
    },
    get: (key, at) => entries.get(key, at),
    set: (key, entry, guard) => entries.set(key, entry, guard),
    delete: (key) => entries.delete(key),
    invalidate: (partition, tags) => entries.invalidate(partition, tags),
    purge: (tags) => entries.purge(tags),
    epoch: (partition, tags) => entries.epoch(partition, tags),
  }
}

/** An entry in its partition, and in the order of writing. */
interface Place {
  readonly partition: Partition
  /** As it is called in `places`. */
  readonly key: string
  readonly entry: CacheEntry
  older: Place | undefined
  younger: Place | undefined
}

interface Partition {
  readonly name: string
  readonly places: Map<string, Place>
  /** Made with the first entry that has tags. */
  tagged: TagIndex<Place> | undefined
}

const noTags: readonly string[] = []

class Entries {
  size = 0
  readonly #maxEntries: number
  readonly #partitions = new Map<string, Partition>()
  #oldest: Place | undefined
  #youngest: Place | undefined
  readonly #epochs: TagEpochs

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
    this.#epochs = new TagEpochs(maxEntries)
  }

  get({ partition, key }: CacheKey, { now }: PortOptions): CacheEntry | undefined {
    const place = this.#partitions.get(partition)?.places.get(shortName(key))
    if (place === undefined) return undefined
    const { entry } = place
    if (now < (entry.staleUntil ?? entry.expiresAt)) return entry
    this.#drop(place)
    return undefined
  }

  set({ partition: name, key: text }: CacheKey, entry: CacheEntry, guard: CacheGuard): boolean {
    const { tags = noTags } = entry
    if (guard.epoch !== undefined && !this.#epochs.allows(name, tags, guard.epoch)) return false
    const partition = this.#open(name)
    const key = shortName(text)
    const old = partition.places.get(key)
    if (old !== undefined) this.#unlink(old)
    const place: Place = { partition, key, entry, older: this.#youngest, younger: undefined }
    if (this.#youngest === undefined) this.#oldest = place
    else this.#youngest.younger = place
    this.#youngest = place
    partition.places.set(key, place)
    if (tags.length > 0) {
      partition.tagged ??= new TagIndex()
      partition.tagged.add(place, tags)
    }
    this.size += 1
    if (this.size > this.#maxEntries && this.#oldest !== undefined) this.#drop(this.#oldest)
    return true
  }

  delete({ partition, key }: CacheKey): void {
    const place = this.#partitions.get(partition)?.places.get(shortName(key))
    if (place !== undefined) this.#drop(place)
  }

  invalidate(name: string, tags: readonly string[]): number {
    this.#dropTagged(this.#partitions.get(name), tags)
    return this.#epochs.advance(name, tags)
  }

  purge(tags: readonly string[] | undefined): void {
    if (tags === undefined) return this.#dropAll()
    for (const partition of this.#partitions.values()) this.#dropTagged(partition, tags)
    this.#epochs.advance(undefined, tags)
  }

  epoch(name: string, tags: readonly string[]): number {
    return this.#epochs.newest(name, tags)
  }

  #open(name: string): Partition {
    let partition = this.#partitions.get(name)
    if (partition === undefined) {
      partition = { name, places: new Map(), tagged: undefined }
      this.#partitions.set(name, partition)
    }
    return partition
  }

  #dropTagged(partition: Partition | undefined, tags: readonly string[]): void {
    for (const place of partition?.tagged?.find(tags) ?? []) this.#drop(place)
  }

  #dropAll(): void {
    this.#partitions.clear()
    this.#oldest = this.#youngest = undefined
    this.size = 0
    this.#epochs.advanceAll()
  }

  /** A partition goes with its last entry. */
  #drop(place: Place): void {
    const { partition, key } = place
    this.#unlink(place)
    partition.places.delete(key)
    if (partition.places.size === 0) this.#partitions.delete(partition.name)
  }

  #unlink(place: Place): void {
    const { older, younger, entry, partition } = place
    this.size -= 1
    if (entry.tags !== undefined) partition.tagged?.remove(place, entry.tags)
    if (older === undefined) this.#oldest = younger
    else older.younger = younger
    if (younger === undefined) this.#youngest = older
    else younger.older = older
  }
}
