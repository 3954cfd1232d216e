import { isObservable, Observable, type Subscribable } from 'rxjs'

/** What a tool returned, where it is more than one value. */
export type OutputStream =
  | { readonly kind: 'observable'; readonly source: Observable<unknown> }
  | { readonly kind: 'async-iterable'; readonly source: AsyncIterable<unknown> }

interface MaybeStream {
  readonly [Symbol.asyncIterator]?: unknown
  readonly '@@observable'?: unknown
  readonly subscribe?: unknown
}

/**
 * Tells a stream from a value: only Observables (of RxJS, or of anything that has `Symbol.observable`) and
 * AsyncIterables stream. Arrays, strings, other iterables and sync generators are one value: undefined.
 */
export function asStream(value: unknown): OutputStream | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const maybe: MaybeStream = value
  if (typeof maybe.subscribe === 'function' && isObservable(value)) return { kind: 'observable', source: value }
  if (typeof maybe[Symbol.asyncIterator] === 'function') {
    return { kind: 'async-iterable', source: value as AsyncIterable<unknown> }
  }
  if (typeof maybe['@@observable'] === 'function') return { kind: 'observable', source: interop(value, '@@observable') }
  const key = Symbol.observable
  return key && typeof Reflect.get(value, key) === 'function'
    ? { kind: 'observable', source: interop(value, key) }
    : undefined
}

/** Asks for the foreign observable at subscription, so that what it throws is an error of the stream. */
function interop(value: object, key: PropertyKey): Observable<unknown> {
  const source = value as Readonly<Record<PropertyKey, () => Subscribable<unknown>>>
  return new Observable((subscriber) => source[key]?.().subscribe(subscriber))
}
