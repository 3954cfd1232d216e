import {
  catchError,
  defer,
  finalize,
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
import type { CacheEntry, CacheKey, CacheStore } from '../../ports/cache-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Awaitable } from '../../ports/port-options.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { type CachePolicy, resolveCache } from './cache-policy.ts'
import { frozenCopy, notPlain } from './plain-json.ts'
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
  const { key, store = singleEntryStore(), clock = systemClock } = options
  if (typeof key !== 'string') throw new TypeError(`cacheCalls: key must be a string, got ${typeof key}`)
  const place: CacheKey = { partition: 'cacheCalls', key }
  let flight: Observable<T> | undefined
  const fly = (source: Observable<T>): Observable<T> => {
    flight ??= source.pipe(
      map(copyOf),
      tap(keepLast((value) => write(store, place, { value, ttlMs, now: clock.now() }))),
      finalize(() => {
        flight = undefined
      }),
      share({ connector: () => new ReplaySubject<T>(), resetOnRefCountZero: true }),
    )
    return flight
  }
  return (source) =>
    defer(
      () =>
        flight ?? read(store, place, clock).pipe(switchMap((entry) => (entry ? of(entry.value as T) : fly(source)))),
    )
}

function copyOf<T>(value: T): T {
  const copy = frozenCopy(value)
  return copy === notPlain ? value : (copy as T)
}

/** Sees the values pass, and gives the last one on when the source completes. */
function keepLast<T>(keep: (value: T) => void): { next(value: T): void; complete(): void } {
  let last: { readonly value: T } | undefined
  return {
    next(value) {
      last = { value }
    },
    complete() {
      if (last !== undefined && frozenCopy(last.value) !== notPlain) keep(last.value)
    },
  }
}

function read(store: CacheStore, place: CacheKey, clock: Clock): Observable<CacheEntry | undefined> {
  const now = clock.now()
  return defer(() => settle(store.get(place, { now }))).pipe(
    map((entry) => (entry !== undefined && now < entry.expiresAt ? entry : undefined)),
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
