import { isObservable, Observable, type Subscribable } from 'rxjs'

/** What a tool returned, where it is more than one value. */
export type OutputStream =
  | { readonly kind: 'observable'; readonly source: Observable<unknown> }
  | { readonly kind: 'async-iterable'; readonly source: AsyncIterable<unknown> }

/**
 * Tells a stream from a value: only Observables (of RxJS, or of anything that has `Symbol.observable`) and
 * AsyncIterables stream. Arrays, strings, other iterables and sync generators are one value: undefined.
 */
export function asStream(value: unknown): OutputStream | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (isObservable(value)) return { kind: 'observable', source: value }
  if (hasMethod(value, Symbol.asyncIterator)) return { kind: 'async-iterable', source: value as AsyncIterable<unknown> }
  if (hasMethod(value, '@@observable')) return { kind: 'observable', source: interop(value, '@@observable') }
  const key = Symbol.observable
  return key && hasMethod(value, key) ? { kind: 'observable', source: interop(value, key) } : undefined
}

function hasMethod(value: object, key: PropertyKey): boolean {
  return typeof (value as Readonly<Record<PropertyKey, unknown>>)[key] === 'function'
}

/** Asks for the foreign observable at subscription, so that what it throws is an error of the stream. */
function interop(value: object, key: PropertyKey): Observable<unknown> {
  const source = value as Readonly<Record<PropertyKey, () => Subscribable<unknown>>>
  return new Observable((subscriber) => source[key]?.().subscribe(subscriber))
}
