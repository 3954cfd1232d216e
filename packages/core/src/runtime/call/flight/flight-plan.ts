import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { CachePlace } from '../cache/cache-place.ts'

/** What a flight is for, and what was known when it began. */
export interface FlightPlan {
  readonly place: CachePlace
  /** Its key among the flights of the partition. */
  readonly flightKey: string
  /** A result past its ttl that may stand in for a failure. */
  readonly stale: CacheEntry | undefined
  /** It was begun for nobody, to renew the stale result. */
  readonly isRenewal: boolean
  /** The partition's epoch; undefined where nobody has to know it, or the store did not tell. */
  readonly epoch: number | undefined
  /** How often everything had been forgotten. */
  readonly generation: number
  /** Of the fuzzy fields, where the vector layer was asked and had no answer; it may come while the flight is on its way. */
  vector: Float32Array | undefined
}
