import type { Content } from '@google/genai'
import { checkOptions, type IdentifiedCall, isMadeCallId } from '@headrace/bridge'
import { type CallResult, CancelReason } from '@headrace/core'
import { createGeminiReader } from '../stream/gemini-reader.ts'
import { type FunctionReply, functionResponse, type GeminiReplyOptions } from './function-response.ts'

/** Options of {@link toToolMessages}. */
export interface ToolMessagesOptions extends GeminiReplyOptions {
  /**
   * The model's content that is answered: exactly its calls are, in its order, also those that no result is there for
   * because the turn was cancelled while they came. Gemini refuses a content with more or fewer responses than calls.
   */
  readonly message?: Content | undefined
}

/**
 * The results of a turn as the content that has to follow the model's: one user content with a `functionResponse` for each
 * call, in order; none where there are no calls. `response` is `{ output }`, or `{ error }` for calls that failed or
 * were cancelled; calls that go on as jobs have a placeholder as output. A call that came without an id is answered without.
 */
export function toToolMessages(results: readonly CallResult[], options: ToolMessagesOptions = {}): Content[] {
  checkOptions('toToolMessages', options, { runtime: 'object', maxCharacters: 'count', message: 'object' })
  const { message, ...reply } = options
  const responses = message
    ? answersTo(message, results, reply)
    : results.map((result) => functionResponse(result, reply))
  return responses.length === 0
    ? []
    : [{ role: 'user', parts: responses.map((response) => ({ functionResponse: response })) }]
}

/** Results without ids are in the order of their calls, and end early where the turn did. */
function answersTo(message: Content, results: readonly CallResult[], reply: GeminiReplyOptions): FunctionReply[] {
  const left = [...results]
  return callsIn(message).map((call) => {
    const isMade = isMadeCallId(call.callId)
    const place = left.findIndex(({ callId }) => (isMade ? isMadeCallId(callId) : callId === call.callId))
    const result = left.splice(place, place === -1 ? 0 : 1)[0] ?? neverRun(call)
    return { ...functionResponse(result, reply), name: call.tool }
  })
}

function callsIn(message: Content): readonly IdentifiedCall[] {
  const reader = createGeminiReader()
  const events = [...reader.read({ candidates: [{ content: message }] }), ...reader.end()]
  return events.flatMap((event) => (event.type === 'finish' ? [] : [event.call]))
}

function neverRun({ callId, tool }: IdentifiedCall): CallResult {
  const reason = new CancelReason('cancelled', 'It was never started.')
  return { status: 'cancelled', callId, tool, reason, meta: { queuedMs: 0, durationMs: 0, attempts: 0 } }
}
