import { type CallResult, toModel } from '@headrace/core'
import { checkOptions } from '../options/check-options.ts'

/** Options of {@link replyText}. */
export interface ReplyOptions {
  /** Characters of an output that the model is shown, a note about the cut not counted; 50,000 by default. */
  readonly maxCharacters?: number | undefined
}

/** What a model reads of a result. */
export interface ReplyText {
  /** An output that is a text as it is, any other and what is no output as JSON. */
  readonly text: string
  /** The call gave no output, and none is to be expected. */
  readonly isError: boolean
}

/**
 * Renders a result as a text for a model; an output that is too long is cut, with a note that says so. Whatever
 * the output is, it does not throw; it does for a limit that makes no sense.
 */
export function replyText(result: CallResult, options: ReplyOptions = {}): ReplyText {
  const { maxCharacters = 50_000 } = options
  checkOptions('replyText', { maxCharacters }, { maxCharacters: 'count' })
  const reply = toModel(result)
  switch (reply.status) {
    case 'ok':
      return { text: cut(textOf(reply.output), maxCharacters), isError: false }
    case 'pending':
      return { text: textOf({ message: reply.message, next: reply.next, job: reply.job }), isError: false }
    case 'error':
      return { text: textOf({ error: reply.error }), isError: true }
    case 'cancelled':
      return { text: textOf({ cancelled: { message: reply.message, next: reply.next } }), isError: true }
  }
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output
  try {
    return JSON.stringify(output) ?? 'The call succeeded; it has no output.'
  } catch {
    return 'The call succeeded; its output cannot be shown as text.'
  }
}

function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  const shown = text.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/, '') // no half of a character
  return `${shown}\n[Cut: the first ${shown.length} of ${text.length} characters. Ask for less to see the rest.]`
}
