import { Observable } from 'rxjs'
import { isRecord, type JsonRecord, textOf } from './json-record.ts'

/** A provider said in the middle of a stream that it has failed. The SDK's own streams throw its APIError instead. */
export class OpenAiStreamError extends Error {
  override readonly name = 'OpenAiStreamError'
  /** The provider's word for what happened. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** The failure that an event of a stream tells of: an `error` event, or an object with an `error` in place of a chunk. */
export function failureOf(event: JsonRecord): OpenAiStreamError | undefined {
  const { error, type, object } = event
  const isFailure = type === 'error' || object === 'error' || (type === undefined && Boolean(error))
  if (!isFailure) return undefined
  const { code, type: kind, message } = isRecord(error) ? error : { message: error, ...event }
  const word = textOf(code) || textOf(kind) || 'error'
  return new OpenAiStreamError(word, textOf(message) || `the stream of the model has failed (${word})`)
}

/** Passes events on, and errors after one that tells of a failure. */
export function untilFailure(events$: Observable<unknown>): Observable<unknown> {
  return new Observable((subscriber) =>
    events$.subscribe({
      next(event) {
        subscriber.next(event)
        const failure = isRecord(event) ? failureOf(event) : undefined
        if (failure) subscriber.error(failure)
      },
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    }),
  )
}
