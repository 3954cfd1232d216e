import { redactText } from '../redact.ts'
import { withoutFrameLines, withoutInlineFrames } from './stack-lines.ts'

/** What is looked at of a message: a model sees only a fraction of it. */
const longestInput = 16_000
const terminalCode = new RegExp(`${String.fromCharCode(27)}\\[[\\d;?]{0,20}[A-Za-z]`, 'g')
const control = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
/** What shows nothing or turns the direction of a text; joiners hold emoji and scripts together. */
const invisible = /(?![\u200c\u200d])\p{Cf}/gu

/** A stranger's text on one line: no stack, no secret, no control characters, at most `length` characters. */
export function plainText(text: string, length: number): string {
  const lines = withoutFrameLines(start(text).replace(terminalCode, ''))
  return clip(redactText(withoutInlineFrames(lines.replace(control, ' ').replace(invisible, ''))), length)
}

/** {@link plainText} in double quotes, which it cannot close by itself; `length` counts the quotes. */
export function quotedText(text: string, length: number): string {
  return `"${plainText(text, length - 2).replaceAll('"', "'")}"`
}

/** Cuts a text at `length` characters and shows that it was cut. */
function clip(text: string, length: number): string {
  return text.length <= length ? text.toWellFormed() : `${text.slice(0, Math.max(0, length - 1)).toWellFormed()}…`
}

/** The start of a long text, cut between words so that half a secret, which no pattern knows, is not kept. */
function start(text: string): string {
  if (text.length <= longestInput) return text
  const head = text.slice(0, longestInput)
  const lastSpace = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'))
  return lastSpace > 0 ? head.slice(0, lastSpace) : head
}
