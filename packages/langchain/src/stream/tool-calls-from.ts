import { type IdentifiedCall, toolCallsOf, type ValueSource, valuesOf } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import type { Observable } from 'rxjs'
import { turnOf } from './turn-of.ts'

/** Options of {@link toolCallsFrom}. */
export interface ToolCallsOptions {
  /** Whose tools the model was told of: names that a provider refuses are mapped back. */
  readonly runtime?: Runtime | undefined
}

/**
 * The calls of a chat model's stream, each as soon as its arguments are complete: of the chunks of `model.stream()`, of
 * whole messages, or of the events of `model.streamEvents()`. Cold: subscribing reads the stream, which can be read once.
 * Arguments are the text that the model wrote, or the object where LangChain has parsed it. Errors as the stream does, and
 * with an IncompleteCallsError where it ended in the middle of a call or the message was cut off.
 */
export function toolCallsFrom(
  stream: ValueSource<unknown>,
  options: ToolCallsOptions = {},
): Observable<IdentifiedCall> {
  return toolCallsOf(turnOf(valuesOf(stream), options.runtime))
}
