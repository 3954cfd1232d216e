import { Observable } from 'rxjs'
import { recordOf, textOf } from './record-of.ts'

/** The provider ended a stream with an `error` event. The SDK's own streams throw an APIError there. */
export class AnthropicStreamError extends Error {
  override readonly name = 'AnthropicStreamError'
  /** The provider's word for what went wrong, such as `overloaded_error`. */
  readonly type: string

  constructor(error: unknown) {
    const { type, message } = recordOf(error)
    const known = textOf(type) ?? 'error'
    super(`the stream failed with ${known}: ${textOf(message) ?? 'no message'}`, { cause: error })
    this.type = known
  }
}

/** Errors after an `error` event, as the SDK does where it reads the bytes itself. */
export function failAtError<Event>(events$: Observable<Event>): Observable<Event> {
  return new Observable<Event>((subscriber) =>
    events$.subscribe({
      next(event) {
        subscriber.next(event)
        const { type, error } = recordOf(event)
        if (type === 'error') subscriber.error(new AnthropicStreamError(error))
      },
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    }),
  )
}
