import type { MessageParam, ToolResultBlockParam } from '@anthropic-ai/sdk/resources/messages'
import { checkOptions, type ReplyOptions, replyText } from '@headrace/bridge'
import { type CallResult, CancelReason } from '@headrace/core'
import { recordOf, textOf } from '../stream/record-of.ts'
import { callOfBlock } from '../stream/tool-use.ts'

/** Options of {@link toToolMessages}. */
export interface ToolMessagesOptions extends ReplyOptions {
  /**
   * The assistant's message that is answered: exactly its calls are, in its order, also those that no result is there for
   * because the turn was cancelled while they came.
   */
  readonly message?: { readonly content: unknown } | undefined
}

/**
 * The results of a turn as the message that has to follow the assistant's: one user message of one `tool_result` for each
 * call, in order, with nothing before them; no message where there are no calls. Calls that failed or were cancelled have
 * `is_error`, and those that go on as jobs a placeholder.
 */
export function toToolMessages(results: readonly CallResult[], options: ToolMessagesOptions = {}): MessageParam[] {
  checkOptions('toToolMessages', options, { maxCharacters: 'count', message: 'object' })
  const { message, ...reply } = options
  const known = new Map<string, CallResult>()
  for (const result of results) if (!known.has(result.callId)) known.set(result.callId, result)
  const content = message
    ? answersTo(message.content, known, reply)
    : Array.from(known.values(), (result) => answer(result, reply))
  return content.length === 0 ? [] : [{ role: 'user', content }]
}

function answersTo(
  content: unknown,
  known: ReadonlyMap<string, CallResult>,
  reply: ReplyOptions,
): ToolResultBlockParam[] {
  const blocks: readonly unknown[] = Array.isArray(content) ? content : []
  return blocks.flatMap((block) => {
    const call = callOfBlock(block)
    if (call === undefined) return []
    const result = answer(known.get(call.callId) ?? neverRun(call), reply)
    const toolset = textOf(recordOf(block).toolset_name)
    return toolset === undefined ? [result] : [{ ...result, toolset_name: toolset }]
  })
}

function answer(result: CallResult, reply: ReplyOptions): ToolResultBlockParam {
  const { text, isError } = replyText(result, reply)
  return { type: 'tool_result', tool_use_id: result.callId, content: text, ...(isError && { is_error: true }) }
}

function neverRun({ callId, tool }: { readonly callId: string; readonly tool: string }): CallResult {
  const reason = new CancelReason('cancelled', 'It was never started.')
  return { status: 'cancelled', callId, tool, reason, meta: { queuedMs: 0, durationMs: 0, attempts: 0 } }
}
