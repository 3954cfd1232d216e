import { type ReplyOptions, replyText } from '@headrace/bridge'
import type { CallResult, FinalResult } from '@headrace/core'
import type OpenAI from 'openai'
import { checkReplyOptions } from '../turn/check-reply-options.ts'
import { lateText } from '../turn/late-text.ts'

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
export function toToolMessages(results: readonly CallResult[], options: ReplyOptions = {}): ToolMessage[] {
  checkReplyOptions('toToolMessages', options, ['maxCharacters'])
  return results.map((result) => ({
    role: 'tool',
    tool_call_id: result.callId,
    content: replyText(result, options).text,
  }))
}

/**
 * The message that tells the model how a call has ended whose placeholder it has read: a user's, since a call can be
 * answered once only.
 */
export function toLateMessages(result: FinalResult, options: ReplyOptions = {}): LateMessage[] {
  checkReplyOptions('toLateMessages', options, ['maxCharacters'])
  return [{ role: 'user', content: lateText(result, options) }]
}
