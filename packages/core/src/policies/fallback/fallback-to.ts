import {
  catchError,
  defer,
  from,
  isObservable,
  type MonoTypeOperatorFunction,
  type ObservableInput,
  of,
  throwError,
} from 'rxjs'
import { executionError } from '../../errors/execution-error.ts'
import { isToolError, ToolError } from '../../errors/tool-error.ts'

/** What answers in place of an error: a value, or a function of the error that gives a value, a promise or a stream. */
export type Spare<T> = T | ((error: unknown) => T | PromiseLike<T> | ObservableInput<T>)

/**
 * Answers an error of the source by a spare value, after what was given before it. Unsubscribing is no error, and an
 * AbortError passes on unchanged: nothing answers one who has cancelled. Where the spare fails too, the stream errors
 * with a ToolError of that failure, whose cause is the error of the source.
 */
export function fallbackTo<T>(spare: Spare<T>): MonoTypeOperatorFunction<T> {
  return catchError((error: unknown) => {
    if (isAbort(error)) throw error
    const answer = defer(() => {
      const given = isFunction(spare) ? spare(error) : spare
      return isInput<T>(given) ? from(given) : of(given as T)
    })
    return answer.pipe(
      catchError((thrown: unknown) => throwError(() => (isAbort(thrown) ? thrown : causedBy(thrown, error)))),
    )
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

/** What is thrown when the caller's own signal ends the work. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function causedBy(thrown: unknown, cause: unknown): ToolError {
  const at = { tool: '', callId: '', attempts: 1, now: Date.now() }
  const error = isToolError(thrown) ? thrown : executionError(thrown, at)
  const { code, message, tool, callId, attempts, retryable, retryAfterMs, details } = error
  return new ToolError({ code, message, tool, callId, attempts, retryable, retryAfterMs, details, cause })
}
