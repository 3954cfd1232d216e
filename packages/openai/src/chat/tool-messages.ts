import { checkOptions, type ReplyOptions, replyText } from '@headrace/bridge'
import type { CallResult, FinalResult } from '@headrace/core'
import type OpenAI from 'openai'
import { isRecord, recordsOf, textOf } from '../turn/json-record.ts'
import { lateText } from '../turn/late-text.ts'
import { resultsFor } from '../turn/results-for.ts'

/** Options of {@link toToolMessages}. */
export interface ToolMessagesOptions extends ReplyOptions {
  /**
   * The assistant's message that is answered: exactly its calls of functions are, in its order, also those that have no
   * result because the turn was cancelled while they came.
   */
  readonly message?: { readonly tool_calls?: unknown } | undefined
}

/** A {@link toToolMessages} message: its content is text. */
export interface ToolMessage extends OpenAI.ChatCompletionToolMessageParam {
  content: string
}

/** A {@link toLateMessages} message: its content is text. */
export interface LateMessage extends OpenAI.ChatCompletionUserMessageParam {
  content: string
}

/**
 * The messages that answer the calls of a turn, one for each result, in order: a request with an unanswered call is refused.
 * An error or a cancelled call is a text that says so, and what to do next; a pending one is a placeholder.
 */
export function toToolMessages(results: readonly CallResult[], options: ToolMessagesOptions = {}): ToolMessage[] {
  checkOptions('toToolMessages', options, { maxCharacters: 'count', message: 'object' })
  const { message, ...reply } = options
  const answered = message === undefined ? results : resultsFor(callsOf(message), results)
  return answered.map((result) => ({
    role: 'tool',
    tool_call_id: result.callId,
    content: replyText(result, reply).text,
  }))
}

function callsOf(message: { readonly tool_calls?: unknown }): { readonly callId: string; readonly tool: string }[] {
  const functions = recordsOf(message.tool_calls).filter((call) => isRecord(call.function))
  return functions.map((call) => ({
    callId: textOf(call.id),
    tool: isRecord(call.function) ? textOf(call.function.name) : '',
  }))
}

/**
 * The message that tells the model how a call has ended whose placeholder it has read: a user's, since a call can be
 * answered once only.
 */
export function toLateMessages(result: FinalResult, options: ReplyOptions = {}): LateMessage[] {
  checkOptions('toLateMessages', options, { maxCharacters: 'count' })
  return [{ role: 'user', content: lateText(result, options) }]
}
