import { replyText } from '@headrace/bridge'
import type { CallResult } from '@headrace/core'

/** The output of a call; throws an error with the text that a model should read where there is none. */
export function outputOrThrow(result: CallResult): unknown {
  if (result.status === 'ok') return result.output
  const { text } = replyText(result)
  if (result.status === 'pending') return text
  throw new Error(text, { cause: result.status === 'error' ? result.error : result.reason })
}
