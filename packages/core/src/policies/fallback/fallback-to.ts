import { catchError, from, isObservable, type MonoTypeOperatorFunction, type ObservableInput, of } from 'rxjs'

/** What answers in place of an error: a value, or a function of the error that gives a value, a promise or a stream. */
export type Spare<T> = T | ((error: unknown) => T | PromiseLike<T> | ObservableInput<T>)

/**
 * Answers an error of the source by a spare value. Unsubscribing is no error: nothing answers then. An error of the
 * function, or of what it gives, is the stream's own.
 */
export function fallbackTo<T>(spare: Spare<T>): MonoTypeOperatorFunction<T> {
  return catchError((error: unknown) => {
    const answer = isFunction(spare) ? spare(error) : spare
    return isInput<T>(answer) ? from(answer) : of(answer as T)
  })
}

function isFunction<T>(spare: Spare<T>): spare is Extract<Spare<T>, (error: unknown) => unknown> {
  return typeof spare === 'function'
}

/** Arrays and strings are values. */
function isInput<T>(answer: unknown): answer is ObservableInput<T> {
  if (typeof answer !== 'object' || answer === null) return false
  return isObservable(answer) || 'then' in answer || Symbol.asyncIterator in answer
}
