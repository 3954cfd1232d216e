import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

const longest = 1024
const mark = '\0sha256 '

/**
 * What a text is called in a Map: itself, or, where it is long, its hash. Arguments of a call make keys of any length, and
 * of texts above 16,383 characters V8 tells by their length alone what is not equal: a Map of them is a list.
 */
export function shortName(text: string): string {
  if (text.length <= longest && !text.startsWith(mark)) return text
  // not as UTF-8, which has one form for all halves of surrogate pairs
  return mark + hash('sha256', Buffer.from(text, 'utf16le'), 'base64url')
}
