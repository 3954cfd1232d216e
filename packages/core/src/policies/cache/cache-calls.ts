import {
  catchError,
  defer,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  ReplaySubject,
  share,
  switchMap,
  tap,
  throwError,
} from 'rxjs'
import { checkKeys } from '../../options/check-option.ts'
import type { CacheEntry, CacheStore } from '../../ports/cache-store.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { type CachePolicy, type CacheRules, resolveCache } from './cache-policy.ts'
import { type KeptPlace, keepLast, readKept, writeKept } from './calls/kept-values.ts'
import { singleEntryStore } from './calls/single-entry-store.ts'
import { judgeEntry, mayStandIn } from './entry/freshness.ts'

/** What {@link cacheCalls} keeps, and where. */
export interface CacheCallsOptions {
  /** Names what the source gives: pipelines of one operator, or of one store, with equal keys share one result. */
  readonly key: string
  /** In this process, for this operator alone, by default. */
  readonly store?: CacheStore
  readonly clock?: Clock
}

/** What is about the arguments and the outputs of a tool, of which the operator knows nothing. */
const ofTools = ['fields', 'negative', 'tags', 'semantic'] as const

/**
 * Answers from the store while the entry is fresh; else subscribes to the source once for all who ask at the same time,
 * and stores its last value when it completes. Everybody is given frozen copies of plain JSON; what is no plain JSON
 * passes through and is not stored. Who joins a running source is given its earlier values first; the last one to leave
 * ends it. An error reaches all who wait and is not stored: the next one starts afresh. A store that fails is a miss.
 *
 * With `staleWhileRevalidate` a stale value is given at once, and the source renews it once, whoever leaves; with
 * `staleIfError` it is given in place of an error of a source that has given nothing yet. The policy's `scope` means
 * nothing here: the key says who shares. Options that are about tools are refused.
 */
export function cacheCalls<T>(policy: CachePolicy, options: CacheCallsOptions): MonoTypeOperatorFunction<T> {
  const rules = rulesOf(policy)
  checkKeys('cacheCalls', options, ['key', 'store', 'clock'])
  const { key, store = singleEntryStore(), clock = systemClock } = options
  if (typeof key !== 'string') throw new TypeError(`cacheCalls: key must be a string, got ${typeof key}`)
  const place: KeptPlace = { store, key: { partition: 'cacheCalls', key }, clock }
  const asked = shared<T>()
  const renewed = shared<T>()
  return (source) => {
    const run = source.pipe(keepLast((value) => writeKept(place, rules, value)))
    const answer = (entry: CacheEntry | undefined): Observable<T> => {
      const freshness = entry === undefined ? 'expired' : judgeEntry(entry, rules, clock.now())
      if (entry === undefined || freshness === 'expired') return renewed.running() ?? run
      if (freshness === 'spare') return run.pipe(orElse<T>(entry, () => mayStandIn(entry, rules, clock.now())))
      if (freshness === 'renew' && renewed.running() === undefined)
        renewed.start(run).subscribe({ error: () => undefined })
      return of(entry.value as T)
    }
    const look = readKept(place).pipe(switchMap(answer))
    return defer(() => asked.running() ?? asked.start(look))
  }
}

function rulesOf(policy: CachePolicy): CacheRules {
  const rules = resolveCache(policy, 'cacheCalls')
  if (rules === undefined) throw new TypeError('cacheCalls: cache must be an object, got false')
  for (const name of ofTools) {
    if (policy[name] === undefined) continue
    throw new TypeError(`cacheCalls: cache.${name} is for tools; here the key says what is equal`)
  }
  return rules
}

/** One run at a time, for all who ask while it goes on. */
function shared<T>(): { running(): Observable<T> | undefined; start(source: Observable<T>): Observable<T> } {
  let running: Observable<T> | undefined
  return {
    running: () => running,
    start(source) {
      const land = (): void => {
        if (running === own) running = undefined
      }
      const own = source.pipe(
        // Before anybody is told: who asks again then is a new one.
        tap({ error: land, complete: land, finalize: land }),
        share({ connector: () => new ReplaySubject<T>() }),
      )
      running = own
      return own
    },
  }
}

/** Gives a stale value in place of an error, where nothing was given before. */
function orElse<T>(entry: CacheEntry, isAllowed: () => boolean): MonoTypeOperatorFunction<T> {
  return (source) =>
    defer(() => {
      let isEmpty = true
      const given = (): void => {
        isEmpty = false
      }
      const instead = (error: unknown): Observable<T> =>
        isEmpty && isAllowed() ? of(entry.value as T) : throwError(() => error)
      return source.pipe(tap(given), catchError(instead))
    })
}
