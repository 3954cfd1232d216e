import type { GenerateContentResponse } from '@google/genai'
import {
  type ByteSource,
  checkOptions,
  type DispatchedTurn,
  type DispatchTurnOptions,
  dispatchTurn as dispatchEvents,
  jsonEvents,
} from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { type Observable, Subject, tap } from 'rxjs'
import { eventsOf, type GeminiStream, turnOf } from './gemini-turn.ts'

/** Options of {@link dispatchTurn}: those of every call of the turn, when calls start, and who else sees the stream. */
export interface GeminiTurnOptions extends DispatchTurnOptions {
  /** Is told of each event of the stream as it comes, before the calls in it start: to show the text. */
  readonly onEvent?: ((event: GenerateContentResponse) => void) | undefined
}

/**
 * Runs the calls of a model's stream, each as early as it is safe: tools with `readOnlyHint` as soon as their arguments are
 * complete, the others after a `finishReason` of `STOP`. Any other end, and none, cancels what was started for the
 * message. Reads at once.
 */
export function dispatchTurn(runtime: Runtime, stream: GeminiStream, options: GeminiTurnOptions = {}): DispatchedTurn {
  return dispatchSeen(runtime, eventsOf('dispatchTurn', stream), options)
}

/** The same over the body of a response that was asked for with `alt=sse`, split anywhere. */
export function dispatchTurnFromBytes(
  runtime: Runtime,
  source: ByteSource,
  options: GeminiTurnOptions = {},
): DispatchedTurn {
  return dispatchSeen(runtime, jsonEvents(source), options)
}

function dispatchSeen(runtime: Runtime, events$: Observable<unknown>, options: GeminiTurnOptions): DispatchedTurn {
  const { onEvent, ...rest } = options
  checkOptions('dispatchTurn', { onEvent }, { onEvent: 'function' })
  return dispatchEvents(runtime, turnOf(onEvent ? shown(events$, onEvent) : events$, runtime), rest)
}

/** A listener that throws is RxJS's to report: the turn goes on. */
function shown(events$: Observable<unknown>, onEvent: (event: GenerateContentResponse) => void): Observable<unknown> {
  const seen = new Subject<unknown>()
  seen.subscribe((event) => onEvent(event as GenerateContentResponse))
  return events$.pipe(tap((event) => seen.next(event)))
}
