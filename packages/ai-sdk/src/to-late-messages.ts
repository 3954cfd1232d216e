import { type ReplyOptions, replyText } from '@headrace/bridge'
import type { FinalResult } from '@headrace/core'
import type { UserModelMessage } from 'ai'

/**
 * Tells a model how a call has ended of which it was shown a placeholder. A call cannot be answered a second time, so it is
 * a message of the user, which names the call. An output that is too long is cut, with a note.
 */
export function toLateMessages(result: FinalResult, options: ReplyOptions = {}): UserModelMessage[] {
  const { callId, tool } = result
  const { text, isError } = replyText(result, options)
  const content = `The call '${callId}' of the tool '${tool}' has ended ${isError ? 'without an output' : 'with this output'}:\n${text}`
  return [{ role: 'user', content }]
}
