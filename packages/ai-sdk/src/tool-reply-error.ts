import { replyText } from '@headrace/bridge'
import type { CallCancelled, CallFailed } from '@headrace/core'

/**
 * What a tool throws whose call gave no output. The AI SDK shows a model the text of what a tool throws, so the text is
 * what Headrace would tell a model: the code, one sentence, what to do next. `cause` is the ToolError, or the reason of
 * a call that was cancelled.
 */
export class ToolReplyError extends Error {
  override readonly name = 'ToolReplyError'
  readonly result: CallFailed | CallCancelled

  constructor(result: CallFailed | CallCancelled) {
    super(replyText(result).text, { cause: result.status === 'error' ? result.error : result.reason })
    this.result = result
  }

  /** The text alone: the SDK shows a model what `String(error)` gives. */
  override toString(): string {
    return this.message
  }
}
