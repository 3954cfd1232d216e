import {
  type DispatchedTurn,
  type DispatchTurnOptions,
  dispatchTurn as dispatchTurnOf,
  type ValueSource,
  valuesOf,
} from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { tap } from 'rxjs'
import { turnOf } from './turn-of.ts'

/** Options of {@link dispatchTurn}. */
export interface TurnOptions<Event = unknown> extends DispatchTurnOptions {
  /** Told of every chunk as it comes, before a call starts for it: to show text, and to put the message together. */
  readonly onEvent?: ((event: Event) => void) | undefined
}

/**
 * Runs the calls of a model's turn while its message still comes: those of tools with `readOnlyHint` as soon as their
 * arguments are complete, the others when the message has ended well, unless `early` says otherwise. Reads the stream at
 * once: that of `model.stream()` or `model.streamEvents()`. A message that is cut off, filtered or fails cancels what was
 * started for it and starts nothing more; each call still has a result.
 */
export function dispatchTurn<Event>(
  runtime: Runtime,
  stream: ValueSource<Event>,
  { onEvent, ...options }: TurnOptions<Event> = {},
): DispatchedTurn {
  const values$ = valuesOf(stream)
  return dispatchTurnOf(runtime, turnOf(onEvent ? values$.pipe(tap(onEvent)) : values$, runtime), options)
}
