import { type ByteSource, checkOptions, type IdentifiedCall, jsonEvents, toolCallsOf } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import type { Observable } from 'rxjs'
import { eventsOf, type GeminiStream, turnOf } from './gemini-turn.ts'

/** Options of {@link toolCallsFrom} and {@link toolCallsFromBytes}. */
export interface ToolCallsOptions {
  /** Whose tools the calls are for: names that were changed for the provider are changed back. */
  readonly runtime?: Runtime | undefined
}

/**
 * The calls of a model's stream, each as soon as its arguments are complete, in the model's order. A call without an id is
 * given one. Reads once it is subscribed to; errors with an `IncompleteCallsError` where the stream ends in the middle
 * of a call, and with the stream's own error.
 */
export function toolCallsFrom(stream: GeminiStream, options: ToolCallsOptions = {}): Observable<IdentifiedCall> {
  checkOptions('toolCallsFrom', options, { runtime: 'object' })
  return toolCallsOf(turnOf(eventsOf('toolCallsFrom', stream), options.runtime))
}

/** The same over the body of a response that was asked for with `alt=sse`, split anywhere. */
export function toolCallsFromBytes(source: ByteSource, options: ToolCallsOptions = {}): Observable<IdentifiedCall> {
  checkOptions('toolCallsFromBytes', options, { runtime: 'object' })
  return toolCallsOf(turnOf(jsonEvents(source), options.runtime))
}
