import type { Awaitable, PortOptions } from './port-options.ts'

/** Names an entry; both parts are opaque to a store. Entries of different partitions never meet. */
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
  /** The epoch of the entry's tags as read before the value was computed; a newer one refuses the write. */
  readonly epoch?: number | undefined
  /** The lease under which the value was computed; another holder refuses the write. */
  readonly token?: string | undefined
}

/** Keeps results of calls. Every method may answer at once; one that can must, so that a hit never waits. */
export interface CacheStore {
  readonly supports: { readonly leases: boolean; readonly tags: boolean; readonly persistent: boolean }
  /** Gives the entry until its `staleUntil ?? expiresAt`, exclusive; reading never extends a life. */
  get(key: CacheKey, options: PortOptions): Awaitable<CacheEntry | undefined>
  /** Stores the entry, unless the guard no longer holds; false tells that it was refused. */
  set(key: CacheKey, entry: CacheEntry, guard: CacheGuard, options: PortOptions): Awaitable<boolean>
  /** Removes the entry, if it is there. */
  delete(key: CacheKey, options: PortOptions): Awaitable<void>
  /** Removes every entry of the partition that carries one of the tags, and gives the tags' new epoch. */
  invalidate(partition: string, tags: readonly string[], options: PortOptions): Awaitable<number>
  /** Gives the newest epoch of the tags in the partition; it grows with each invalidation of one of them. */
  epoch(partition: string, tags: readonly string[], options: PortOptions): Awaitable<number>
  /** Gives the right to compute the key's value to one caller at a time; others are told how long to wait. */
  lease?(
    key: CacheKey,
    ttlMs: number,
    options: PortOptions,
  ): Awaitable<{ readonly token: string } | { readonly waitMs: number }>
}
