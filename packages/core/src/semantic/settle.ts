import type { Awaitable } from '../ports/port-options.ts'

/** Goes on with a value: at once where it is there, so that what answers at once is never waited for. */
export function settle<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Whether something has to be waited for. */
export function isThenable<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
