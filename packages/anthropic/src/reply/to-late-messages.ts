import type { MessageParam } from '@anthropic-ai/sdk/resources/messages'
import { checkOptions, type ReplyOptions, replyText } from '@headrace/bridge'
import type { FinalResult, Runtime } from '@headrace/core'
import { namesOf } from '../tools/names-of.ts'

/** Options of {@link toLateMessages}. */
export interface LateMessagesOptions extends ReplyOptions {
  /** Whose tool was called: it is named as the model knows it. */
  readonly runtime?: Runtime | undefined
}

/**
 * How a call ended that was answered with a placeholder, as a user message of text that names the call: the API refuses a
 * second `tool_result` for an id. It goes after the message with the placeholder, never between a call and its result.
 */
export function toLateMessages(result: FinalResult, options: LateMessagesOptions = {}): MessageParam[] {
  checkOptions('toLateMessages', options, { maxCharacters: 'count', runtime: 'object' })
  const { runtime, ...reply } = options
  const tool = runtime ? namesOf(runtime.registry).toProvider(result.tool) : result.tool
  const { text, isError } = replyText(result, reply)
  const outcome = isError ? 'has ended without one' : 'is there now'
  const sentence = `The result of your earlier call ${result.callId} of '${tool}', which went on as a job, ${outcome}:`
  return [{ role: 'user', content: [{ type: 'text', text: `${sentence}\n${text}` }] }]
}
