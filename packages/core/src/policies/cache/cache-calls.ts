import {
  catchError,
  defer,
  from,
  type MonoTypeOperatorFunction,
  map,
  type Observable,
  of,
  ReplaySubject,
  share,
  switchMap,
  tap,
} from 'rxjs'
import { frozenCopy, notPlain } from '../../json/plain-json.ts'
import { checkKeys } from '../../options/check-option.ts'
import type { CacheEntry, CacheKey, CacheStore } from '../../ports/cache-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Awaitable } from '../../ports/port-options.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { type CachePolicy, resolveCache } from './cache-policy.ts'
import { singleEntryStore } from './single-entry-store.ts'

/** What {@link cacheCalls} keeps, and where. */
export interface CacheCallsOptions {
  /** Names what the source gives: pipelines of one operator, or of one store, with equal keys share one result. */
  readonly key: string
  /** In this process, for this operator alone, by default. */
  readonly store?: CacheStore
  readonly clock?: Clock
}

/**
 * Answers from the store while the entry is fresh; else subscribes to the source once for all who ask at the same time,
 * and stores its last value when it completes. Everybody is given frozen copies of plain JSON; what is no plain JSON
 * passes through and is not stored. Who joins a running source is given its earlier values first; the last one to leave
 * ends it. An error reaches all who wait and is not stored: the next one starts afresh. A store that fails is a miss.
 * The policy's `scope` means nothing here: the key says who shares.
 */
export function cacheCalls<T>(policy: CachePolicy, options: CacheCallsOptions): MonoTypeOperatorFunction<T> {
  const ttlMs = resolveCache(policy, 'cacheCalls')?.ttlMs ?? 0
  checkKeys('cacheCalls', options, ['key', 'store', 'clock'])
  const { key, store = singleEntryStore(), clock = systemClock } = options
  if (typeof key !== 'string') throw new TypeError(`cacheCalls: key must be a string, got ${typeof key}`)
  const place: CacheKey = { partition: 'cacheCalls', key }
  let flight: Observable<T> | undefined
  const fly = (source: Observable<T>): Observable<T> => {
    const land = (): void => {
      if (flight === own) flight = undefined
    }
    const run = source.pipe(keepLast((value) => write(store, place, { value, ttlMs, now: clock.now() })))
    const own = read(store, place, clock).pipe(
      switchMap((hit) => (hit === undefined ? run : of(hit.value as T))),
      // Before anybody is told: who asks again then is a new one.
      tap({ error: land, complete: land, finalize: land }),
      share({ connector: () => new ReplaySubject<T>() }),
    )
    flight = own
    return own
  }
  return (source) => defer(() => flight ?? fly(source))
}

/** A value as everybody is given it: a frozen copy, where it is plain JSON. */
interface Copy<T> {
  readonly value: T
  readonly isPlain: boolean
}

function copyOf<T>(value: T): Copy<T> {
  const copy = frozenCopy(value)
  return copy === notPlain ? { value, isPlain: false } : { value: copy as T, isPlain: true }
}

/** Gives copies, and hands the last one on to be kept when the source completes. */
function keepLast<T>(keep: (value: T) => void): MonoTypeOperatorFunction<T> {
  return (source) =>
    defer(() => {
      let last: Copy<T> | undefined
      const remember = (value: T): T => {
        last = copyOf(value)
        return last.value
      }
      const complete = (): void => {
        if (last?.isPlain) keep(last.value)
      }
      return source.pipe(map(remember), tap({ complete }))
    })
}

/** What the store has that is fresh and plain JSON: one outside the process may give back anything. */
function read(store: CacheStore, place: CacheKey, clock: Clock): Observable<Copy<unknown> | undefined> {
  const hitOf = (entry: CacheEntry | undefined): Copy<unknown> | undefined => {
    if (entry === undefined || clock.now() >= entry.expiresAt) return undefined
    const hit = Object.isFrozen(entry.value) ? { value: entry.value, isPlain: true } : copyOf(entry.value)
    return hit.isPlain ? hit : undefined
  }
  return defer(() => settle(store.get(place, { now: clock.now() }))).pipe(
    map(hitOf),
    catchError(() => of(undefined)),
  )
}

/** A store that cannot keep the value costs the next one a run, nothing else. */
function write(
  store: CacheStore,
  place: CacheKey,
  { value, ttlMs, now }: { readonly value: unknown; readonly ttlMs: number; readonly now: number },
): void {
  if (ttlMs === 0) return
  const entry: CacheEntry = { id: place.key, value, storedAt: now, expiresAt: now + ttlMs }
  defer(() => settle(store.set(place, entry, {}, { now }))).subscribe({ error: () => undefined })
}

/** A value at once, or when the promise has it. */
function settle<V>(answer: Awaitable<V>): Observable<V> {
  return typeof answer === 'object' && answer !== null && 'then' in answer ? from(answer) : of(answer)
}
