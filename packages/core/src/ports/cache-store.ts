import type { Awaitable, PortOptions } from './port-options.ts'

/**
 * Names an entry; both parts are opaque to a store, and any text may be in them. Entries of different partitions never
 * meet. What one invalidation has to reach at once is in one partition: a store spread over machines keeps a partition,
 * its entries and its epochs, on one of them.
 */
export interface CacheKey {
  readonly partition: string
  readonly key: string
}

/** A stored result. Times are milliseconds since the epoch. */
export interface CacheEntry {
  readonly id: string
  /** Plain JSON, frozen: a store outside the process encodes it and checks what comes back. */
  readonly value: unknown
  readonly storedAt: number
  /** From this moment on the entry is stale, whether or not it was read. */
  readonly expiresAt: number
  /** Until this moment a stale entry may still be given; without it, `expiresAt` is the end. */
  readonly staleUntil?: number | undefined
  readonly tags?: readonly string[] | undefined
}

/** What must still hold for a write to be taken. */
export interface CacheGuard {
  /** The partition's epoch, read before the value was computed; a later invalidation of an entry's tag refuses the write. */
  readonly epoch?: number | undefined
  /** The lease under which the value was computed; a lease that somebody else holds by now refuses the write. */
  readonly token?: string | undefined
}

/**
 * Keeps results of calls. Every method may answer at once; one that can must, so that a hit never waits.
 *
 * Epochs keep out a value that was computed before an invalidation and arrives after it. An epoch is a number >= 0 of
 * which only the order means anything: every invalidation in a partition has a higher one than all before it.
 */
export interface CacheStore {
  /**
   * `leases`: it has `lease` and `release`; a store without leases has neither. `persistent`: entries and epochs outlive
   * the process. Without `tags` every entry counts as carrying every tag: an invalidation of one removes all of a
   * partition.
   */
  readonly supports: { readonly leases: boolean; readonly tags: boolean; readonly persistent: boolean }
  /**
   * Gives the entry as it was stored until its `staleUntil ?? expiresAt`, exclusive; reading never extends a life.
   * Whoever writes on a value that it gave changes nothing that is kept.
   */
  get(key: CacheKey, options: PortOptions): Awaitable<CacheEntry | undefined>
  /**
   * Stores the entry in the place of an older one of the same key, and ends the lease that `guard.token` names. False,
   * and nothing has changed, where the guard forbids it: a tag of the entry was invalidated, or every entry purged, with
   * an epoch above `guard.epoch`; or another lease of the key than `guard.token` is held. Without a guard, it is taken.
   */
  set(key: CacheKey, entry: CacheEntry, guard: CacheGuard, options: PortOptions): Awaitable<boolean>
  /** Removes the entry, if it is there. */
  delete(key: CacheKey, options: PortOptions): Awaitable<void>
  /** Removes every entry of the partition that carries one of the tags, and gives the epoch of this invalidation. */
  invalidate(partition: string, tags: readonly string[], options: PortOptions): Awaitable<number>
  /**
   * Invalidates in every partition: those with entries, and those whose epoch was read and which have none yet. Removes
   * every entry that carries one of the tags; where `tags` is undefined, every entry, with or without tags.
   */
  purge(tags: readonly string[] | undefined, options: PortOptions): Awaitable<void>
  /**
   * Gives the newest epoch of an invalidation of one of the tags in the partition, 0 where there was none. For no tags,
   * an empty list, gives the partition's: at least that of every invalidation so far, below that of every later one. A
   * store that has forgotten a tag answers with a higher epoch than the tag had, never with a lower one.
   */
  epoch(partition: string, tags: readonly string[], options: PortOptions): Awaitable<number>
  /**
   * Gives the right to compute the key's value to one caller at a time: a token that was never given before, good for
   * `ttlMs` milliseconds unless a `set` with it or `release` ends it earlier. Others are told after how many
   * milliseconds to look again: more than 0, at most what is left of the lease. They may do so earlier, and do so after a second at the latest.
   */
  lease?(
    key: CacheKey,
    ttlMs: number,
    options: PortOptions,
  ): Awaitable<{ readonly token: string } | { readonly waitMs: number }>
  /** Ends the key's lease, where the token is that of its holder: the value was not computed, another may try. */
  release?(key: CacheKey, token: string, options: PortOptions): Awaitable<void>
}
