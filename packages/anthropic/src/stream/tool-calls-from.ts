import {
  type ByteSource,
  checkOptions,
  type IdentifiedCall,
  jsonEvents,
  toolCallsOf,
  type ValueSource,
} from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import type { Observable } from 'rxjs'
import { eventsOf, readAnthropicTurn } from './read-anthropic-turn.ts'

/** Options of {@link toolCallsFrom} and {@link toolCallsFromBytes}. */
export interface ToolCallsOptions {
  /** Whose tools are called: names that {@link toAnthropicTools} changed are changed back. */
  readonly runtime?: Runtime | undefined
}

/**
 * The calls of a model's stream, each once its arguments are complete: what `messages.create({ stream: true })` resolves to,
 * what `messages.stream()` returns, or any other AsyncIterable of the same events. Calls that Anthropic runs itself are not
 * given. Cold: subscribing reads the stream, and unsubscribing aborts it. Errors where the stream does, and with an
 * IncompleteCallsError where it ends in the middle of a call.
 */
export function toolCallsFrom(
  stream: ValueSource<unknown>,
  options: ToolCallsOptions = {},
): Observable<IdentifiedCall> {
  checkOptions('toolCallsFrom', options, { runtime: 'object' })
  return toolCallsOf(readAnthropicTurn(eventsOf(stream), options.runtime))
}

/**
 * The calls in the body of a streamed response, split anywhere, as {@link toolCallsFrom} gives those of a stream. Errors
 * with an AnthropicStreamError at an `error` event, and with a SyntaxError where the body is no stream of JSON.
 */
export function toolCallsFromBytes(source: ByteSource, options: ToolCallsOptions = {}): Observable<IdentifiedCall> {
  checkOptions('toolCallsFromBytes', options, { runtime: 'object' })
  return toolCallsOf(readAnthropicTurn(jsonEvents(source), options.runtime))
}
