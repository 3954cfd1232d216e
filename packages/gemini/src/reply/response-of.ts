import { type ReplyOptions, replyText } from '@headrace/bridge'
import { type CallResult, toModel } from '@headrace/core'

/** What Gemini documents of a function's response: its output, or what went wrong. */
export type FunctionOutcome = { readonly output: unknown } | { readonly error: unknown }

/** What a model is told of a result. An output that is too long for its data is a text that was cut, with a note. */
export function responseOf(result: CallResult, options: ReplyOptions = {}): FunctionOutcome {
  const { text } = replyText(result, options)
  const reply = toModel(result)
  if (reply.status === 'error') return { error: reply.error }
  const { status: _, ...rest } = reply
  if (reply.status === 'cancelled') return { error: rest }
  if (reply.status === 'pending') return { output: rest }
  return { output: typeof reply.output === 'string' ? text : dataOf(text) }
}

/** Plain data as it goes into the request; the text itself where it was cut or stands for no output. */
function dataOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
