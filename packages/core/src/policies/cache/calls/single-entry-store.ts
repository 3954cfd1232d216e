import type { CacheEntry, CacheStore } from '../../../ports/cache-store.ts'

/** Keeps the one entry that an operator of its own needs. */
export function singleEntryStore(): CacheStore {
  let kept: CacheEntry | undefined
  return {
    supports: { leases: false, tags: false, persistent: false },
    get: () => kept,
    set(_key, entry) {
      kept = entry
      return true
    },
    delete() {
      kept = undefined
    },
    invalidate() {
      kept = undefined
      return 0
    },
    purge() {
      kept = undefined
    },
    epoch: () => 0,
  }
}
