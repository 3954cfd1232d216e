import { catchError, defer, from, type MonoTypeOperatorFunction, map, type Observable, of, tap } from 'rxjs'
import { notPlain, ownCopy } from '../../../json/plain-json.ts'
import type { CacheEntry, CacheKey, CacheStore } from '../../../ports/cache-store.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import type { CacheRules } from '../cache-policy.ts'
import { lifeOf } from '../entry/freshness.ts'

/** Where values are kept. */
export interface KeptPlace {
  readonly store: CacheStore
  readonly key: CacheKey
  readonly clock: Clock
}

/** A value as everybody is given it: a frozen copy, where it is plain JSON. */
interface Copy<T> {
  readonly value: T
  readonly isPlain: boolean
}

function copyOf<T>(value: T): Copy<T> {
  const copy = ownCopy(value)
  return copy === notPlain ? { value, isPlain: false } : { value: copy as T, isPlain: true }
}

/** Gives copies, and hands the last one on to be kept when the source completes. */
export function keepLast<T>(keep: (value: T) => void): MonoTypeOperatorFunction<T> {
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

/**
 * The entry that the store has, if any, with its value frozen: a store outside the process may give back anything, and
 * what is no plain JSON is none. A store that fails has none.
 */
export function readKept({ store, key, clock }: KeptPlace): Observable<CacheEntry | undefined> {
  const usable = (entry: CacheEntry | undefined): CacheEntry | undefined => {
    if (entry === undefined || Object.isFrozen(entry.value)) return entry
    const { value, isPlain } = copyOf(entry.value)
    return isPlain ? { ...entry, value } : undefined
  }
  return defer(() => settle(store.get(key, { now: clock.now() }))).pipe(
    map(usable),
    catchError(() => of(undefined)),
  )
}

/** Keeps a value. A store that cannot costs the next one a run, nothing else. */
export function writeKept({ store, key, clock }: KeptPlace, rules: CacheRules, value: unknown): void {
  if (rules.ttlMs === 0) return
  const now = clock.now()
  const entry: CacheEntry = { id: key.key, value, ...lifeOf(rules, now) }
  defer(() => settle(store.set(key, entry, {}, { now }))).subscribe({ error: () => undefined })
}

/** A value at once, or when the promise has it. */
function settle<V>(answer: Awaitable<V>): Observable<V> {
  return typeof answer === 'object' && answer !== null && 'then' in answer ? from(answer) : of(answer)
}
