import type { Content } from '@google/genai'
import { checkOptions, isMadeCallId, replyText } from '@headrace/bridge'
import type { FinalResult } from '@headrace/core'
import { type GeminiReplyOptions, toolName } from './function-response.ts'

/**
 * How calls ended that `generateContent` was given placeholders for: one user content with a text for each that names the
 * call, since a second response to a call is refused. It goes behind the content with the placeholders.
 */
export function toLateContents(results: readonly FinalResult[], options: GeminiReplyOptions = {}): Content[] {
  checkOptions('toLateContents', options, { runtime: 'object', maxCharacters: 'count' })
  const { runtime, ...reply } = options
  const parts = results.map((result) => {
    const { text, isError } = replyText(result, reply)
    const call = isMadeCallId(result.callId) ? 'call' : `call ${result.callId}`
    const outcome = isError ? 'has ended without a result' : 'has its result now'
    return {
      text: `Your earlier ${call} of '${toolName(result, runtime)}', which went on as a job, ${outcome}:\n${text}`,
    }
  })
  return parts.length === 0 ? [] : [{ role: 'user', parts }]
}
