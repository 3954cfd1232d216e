import { checkOptions, isMadeCallId } from '@headrace/bridge'
import { type CallResult, CancelReason } from '@headrace/core'
import type { ToolMessage } from '@langchain/core/messages'
import { recordsOf, textOf } from '../stream/json-record.ts'
import { type MessageOptions, messageOf } from './message-of.ts'

/** Options of {@link toToolMessages}. */
export interface ToolMessagesOptions extends MessageOptions {
  /**
   * The model's message that is answered: exactly its `tool_calls` are, in their order, also those that no result is there
   * for because the turn was cancelled while they came.
   */
  readonly message?: { readonly tool_calls?: unknown } | undefined
}

/**
 * The results of a turn as the messages that have to follow the model's: one for each call, in order. Calls that failed or
 * were cancelled have `status: 'error'`, and those that go on as jobs a placeholder.
 */
export function toToolMessages(results: readonly CallResult[], options: ToolMessagesOptions = {}): ToolMessage[] {
  const known = { message: 'object', runtime: 'object', maxCharacters: 'count', artifact: 'function' } as const
  checkOptions('toToolMessages', options, known)
  const { message, ...rest } = options
  const answered = message ? resultsFor(message.tool_calls, results) : results
  return answered.map((result) => messageOf(result, rest))
}

/** Calls without ids are answered by their order. */
function resultsFor(calls: unknown, results: readonly CallResult[]): readonly CallResult[] {
  const rest = [...results]
  return recordsOf(calls).map(({ id, name }) => {
    const callId = textOf(id)
    const at = rest.findIndex((result) =>
      callId === undefined ? isMadeCallId(result.callId) : result.callId === callId,
    )
    return rest.splice(at, at < 0 ? 0 : 1)[0] ?? neverRun(callId ?? '', textOf(name) ?? '')
  })
}

function neverRun(callId: string, tool: string): CallResult {
  const reason = new CancelReason('cancelled', 'It was never started.')
  return { status: 'cancelled', callId, tool, reason, meta: { queuedMs: 0, durationMs: 0, attempts: 0 } }
}
