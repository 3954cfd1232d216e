import {
  type ByteSource,
  type IdentifiedCall,
  jsonEvents,
  toolCallsOf,
  type ValueSource,
  valuesOf,
} from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import type { Observable } from 'rxjs'
import type { OpenAiFormat } from './turn/openai-reader.ts'
import { openAiTurn } from './turn/openai-turn.ts'
import { streamDone } from './turn/stream-done.ts'

/** Options of {@link toolCallsFrom} and {@link toolCallsFromBytes}. */
export interface ToolCallsFromOptions {
  /** Which API the stream is of; the events show it where it is not given. */
  readonly format?: OpenAiFormat | undefined
  /** Calls are given the names of this runtime's tools, and arguments as these take them. */
  readonly runtime?: Runtime | undefined
}

/**
 * The calls of an SDK's stream, each as soon as its arguments are complete, in the model's order. Cold; reads the stream
 * once. Errors when the stream does, and with an IncompleteCallsError where it ends in the middle of a call. Calls that
 * the provider runs itself, and custom tools, are left out.
 */
export function toolCallsFrom(
  stream: ValueSource<unknown>,
  options: ToolCallsFromOptions = {},
): Observable<IdentifiedCall> {
  return toolCallsOf(openAiTurn(valuesOf(stream), options))
}

/** The same as {@link toolCallsFrom} of the body of a streamed response, whose bytes may be split anywhere. */
export function toolCallsFromBytes(source: ByteSource, options: ToolCallsFromOptions = {}): Observable<IdentifiedCall> {
  return toolCallsOf(openAiTurn(jsonEvents(source, { done: streamDone }), options))
}
