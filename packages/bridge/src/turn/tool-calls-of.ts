import { Observable } from 'rxjs'
import type { IdentifiedCall, TurnEvent } from './turn-event.ts'

/** A stream ended before the arguments of calls that it had begun were complete. */
export class IncompleteCallsError extends Error {
  override readonly name = 'IncompleteCallsError'
  /** The calls, with the arguments as far as they had arrived. They must not be run. */
  readonly calls: readonly IdentifiedCall[]

  constructor(calls: readonly IdentifiedCall[]) {
    super(`the stream ended in the middle of ${calls.map(({ tool, callId }) => `'${tool}' (${callId})`).join(', ')}`)
    this.calls = calls
  }
}

/**
 * The calls of a model's stream, each as soon as its arguments are complete. When the stream ends it errors with an
 * {@link IncompleteCallsError} where it would otherwise lose a call silently.
 */
export function toolCallsOf(turn$: Observable<TurnEvent>): Observable<IdentifiedCall> {
  return new Observable<IdentifiedCall>((subscriber) => {
    const incomplete: IdentifiedCall[] = []
    return turn$.subscribe({
      next(event) {
        if (event.type === 'call') subscriber.next(event.call)
        else if (event.type === 'incomplete-call') incomplete.push(event.call)
      },
      error: (error) => subscriber.error(error),
      complete() {
        if (incomplete.length > 0) subscriber.error(new IncompleteCallsError(incomplete))
        else subscriber.complete()
      },
    })
  })
}
