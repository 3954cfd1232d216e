import { LRUCache } from 'lru-cache'

/** What can be kept in an {@link ExpiringLru}. */
export interface Expiring {
  /** Milliseconds since the epoch; from then on it is gone. */
  readonly expiresAt: number
  /** What it counts towards the limit: an integer above 0. */
  readonly bytes: number
}

/** How much an {@link ExpiringLru} keeps, and whom it tells when something is gone, for whatever reason. */
export interface ExpiringLruOptions<T> {
  readonly maxEntries: number
  readonly maxBytes: number
  onDrop(item: T): void
}

/**
 * Things with an end, in the order of their last use: where there are too many, or they are too large together, those go
 * that were not used for the longest time. The time is the caller's, so it may stand still in a test.
 */
export class ExpiringLru<T extends Expiring> {
  /** How many the limits have taken. */
  evicted = 0
  readonly #maxEntries: number
  readonly #lru: LRUCache<T, T>
  /** The same things once more: unlike the order of use, it can be walked through while it changes. */
  readonly #items = new Set<T>()
  #hand = this.#items.values()

  constructor({ maxEntries, maxBytes, onDrop }: ExpiringLruOptions<T>) {
    this.#maxEntries = maxEntries
    // without its own limit of entries, for which it lays out a place each at once
    this.#lru = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: (item, _, reason) => {
        if (reason === 'evict') this.evicted += 1
        this.#items.delete(item)
        onDrop(item)
      },
    })
  }

  get size(): number {
    return this.#lru.size
  }

  /** The sum of what the things count; never above `maxBytes`. */
  get bytes(): number {
    return this.#lru.calculatedSize
  }

  /** Counts it as used; false, and it is gone, where it has expired. */
  use(item: T, now: number): boolean {
    if (now < item.expiresAt) return this.#lru.get(item) !== undefined
    this.#lru.delete(item)
    return false
  }

  /** Keeps it, unless it is too large on its own, or has expired: then it is dropped at once. */
  keep(item: T, now: number): boolean {
    this.sweep(now)
    if (now < item.expiresAt) this.#lru.set(item, item)
    if (!this.#lru.has(item)) return false
    this.#items.add(item)
    if (this.#lru.size > this.#maxEntries) this.#lru.pop()
    return true
  }

  drop(item: T): void {
    this.#lru.delete(item)
  }

  clear(): void {
    this.#lru.clear()
    // the old one keeps what it would have come to
    this.#hand = this.#items.values()
  }

  /** Two a call, going round: what has expired is gone before the cache was used as often as it is large. */
  sweep(now: number): void {
    for (let count = 0; count < 2; count += 1) {
      const { done, value } = this.#hand.next()
      if (done) this.#hand = this.#items.values()
      else if (value.expiresAt <= now) this.#lru.delete(value)
    }
  }
}
