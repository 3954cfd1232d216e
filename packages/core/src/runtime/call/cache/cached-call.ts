import type { CacheLayer, CacheMeta } from '../../../call/call-result.ts'
import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { Engine } from '../../engine/engine.ts'
import type { FlightWaiter, SharedRun } from '../../engine/shared-run.ts'
import type { Answer } from '../call-outcome.ts'
import type { Flight } from '../flight/flight.ts'
import { storedAnswer } from '../flight/stored-answer.ts'
import type { CachePlace, PlacedCall } from './cache-place.ts'

/** A call at the cache stage. */
export interface CachedCall extends FlightWaiter, PlacedCall {
  readonly engine: Engine
  readonly status: 'queued' | 'running' | 'settled'
  /** How similar an answer to other words has to be. */
  readonly minSimilarity: number | undefined
  storeWaitedMs: number
  /** The cache has an answer. */
  onHit(answer: Answer, cache: CacheMeta, now: number): void
  /** Waits for a flight that was running already. */
  onJoin(flight: SharedRun, cache: CacheMeta): void
  /** Waits for a flight of its own. */
  onTakeOff(flight: Flight): void
  /** Runs by itself, without the cache. */
  execute(now: number): void
}

/** A moment on both clocks. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** On the monotonic clock. */
  readonly now: number
}

/** What a layer has found. */
export interface Found {
  readonly layer: CacheLayer
  readonly entry: CacheEntry
  /** Where the entry is kept for the arguments that it was computed for. */
  readonly home: CachePlace
  readonly similarity?: number | undefined
}

/** Answers a call that asks for `place`; false where what was found is of no use. */
export function serve(call: CachedCall, place: CachePlace, found: Found, { at, now }: Moment): boolean {
  const { layer, entry, home, similarity } = found
  const { results } = call.engine
  const ageMs = Math.max(0, at - entry.storedAt)
  const answer = storedAnswer(call, entry.value, ageMs)
  // an error is kept for the very arguments that it was about
  if (answer === undefined || (home !== place && 'error' in answer)) return false
  results.counts.hits += 1
  results.note(entry.id, home, place.key)
  const meta = { layer, ageMs, entryId: entry.id }
  call.onHit(answer, similarity === undefined ? meta : { ...meta, similarity }, now)
  return true
}
