/** What a cache or an index of this package holds. */
export interface LruStats {
  readonly entries: number
  /** The sum of the entries' sizes; never above `maxBytes`. */
  readonly bytes: number
  /** Entries that a limit has taken since the beginning; many of them, and the limit is too low. */
  readonly evicted: number
}
