import {
  type ByteSource,
  type DispatchedTurn,
  type DispatchTurnOptions,
  dispatchTurn as dispatchTurnOf,
  jsonEvents,
  type ValueSource,
} from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { type Observable, tap } from 'rxjs'
import { eventsOf, readAnthropicTurn } from '../stream/read-anthropic-turn.ts'

/** Options of {@link dispatchTurn} and {@link dispatchTurnFromBytes}. */
export interface TurnOptions<Event = unknown> extends DispatchTurnOptions {
  /** Told of every event of the stream as it comes, before a call starts for it: to show text as it is written. */
  readonly onEvent?: ((event: Event) => void) | undefined
}

/**
 * Runs the calls of a model's turn while its message still comes: those of tools with `readOnlyHint` as soon as their
 * arguments are complete, the others when the message has ended well, unless `early` says otherwise. Reads the stream at
 * once. A message that is cut off, refused or fails cancels what was started for it and starts nothing more; each call
 * still has a result.
 */
export function dispatchTurn<Event>(
  runtime: Runtime,
  stream: ValueSource<Event>,
  options: TurnOptions<Event> = {},
): DispatchedTurn {
  return dispatchEvents(runtime, eventsOf(stream), options)
}

/** The same as {@link dispatchTurn}, from the body of a streamed response, split anywhere. */
export function dispatchTurnFromBytes(runtime: Runtime, source: ByteSource, options: TurnOptions = {}): DispatchedTurn {
  return dispatchEvents(runtime, jsonEvents(source), options)
}

function dispatchEvents<Event>(
  runtime: Runtime,
  events$: Observable<Event>,
  { onEvent, ...options }: TurnOptions<Event>,
): DispatchedTurn {
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    throw new TypeError(`dispatchTurn: onEvent must be a function, got ${typeof onEvent}`)
  }
  const told$ = onEvent ? events$.pipe(tap(onEvent)) : events$
  return dispatchTurnOf(runtime, readAnthropicTurn(told$, runtime), options)
}
