import {
  type ByteSource,
  type DispatchedTurn,
  type DispatchTurnOptions,
  dispatchTurn as dispatchEvents,
  jsonEvents,
  type ValueSource,
  valuesOf,
} from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { type Observable, tap } from 'rxjs'
import type { OpenAiFormat } from './turn/openai-reader.ts'
import { openAiTurn } from './turn/openai-turn.ts'
import { streamDone } from './turn/stream-done.ts'

/** Options of {@link dispatchTurn}: those of every call, which calls start early, and how the stream is read. */
export interface OpenAiDispatchOptions<Event = unknown> extends DispatchTurnOptions {
  /** Which API the stream is of; the events show it where it is not given. */
  readonly format?: OpenAiFormat | undefined
  /** Sees every event of the stream as it comes, before its calls are run: to show text, to keep the message. */
  readonly onEvent?: ((event: Event) => void) | undefined
}

/**
 * Runs the calls of a model's turn while its stream still comes, each as early as it is safe. Reads the SDK's stream at
 * once, to its end. A message that ends badly (`length`, `content_filter`, a failure) has its calls cancelled.
 */
export function dispatchTurn<Event>(
  runtime: Runtime,
  stream: ValueSource<Event>,
  options: OpenAiDispatchOptions<Event> = {},
): DispatchedTurn {
  const { format, onEvent, ...rest } = options
  const events$ = valuesOf(stream)
  return dispatchEvents(runtime, openAiTurn(watched(events$, onEvent), { format, runtime }), rest)
}

/** The same as {@link dispatchTurn} of the body of a streamed response; `onEvent` sees the parsed events. */
export function dispatchTurnFromBytes(
  runtime: Runtime,
  source: ByteSource,
  options: OpenAiDispatchOptions = {},
): DispatchedTurn {
  const { format, onEvent, ...rest } = options
  const events$ = jsonEvents(source, { done: streamDone })
  const watch = onEvent && ((event: unknown): void => (event === streamDone ? undefined : onEvent(event)))
  return dispatchEvents(runtime, openAiTurn(watched(events$, watch), { format, runtime }), rest)
}

function watched<Event>(events$: Observable<Event>, onEvent: ((event: Event) => void) | undefined): Observable<Event> {
  return onEvent === undefined ? events$ : events$.pipe(tap(onEvent))
}
