import { type ReplyOptions, replyText } from '@headrace/bridge'
import type { FinalResult } from '@headrace/core'

/** How a call has ended that the model takes for pending, in words that name the call. */
export function lateText(result: FinalResult, options: ReplyOptions): string {
  const { text, isError } = replyText(result, options)
  const outcome = isError ? 'gave no output' : 'gave this output'
  return `The pending call '${result.callId}' of the tool '${result.tool}' has ended. It ${outcome}:\n${text}`
}
