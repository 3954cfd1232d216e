/** Where a value stands in a text, without quotes and brackets around it. */
export interface ValueRange {
  readonly start: number
  readonly end: number
}

const opener = /(\\{0,4})(["'`])/y
const nextParameter = /[&,;](?:[\w.%-]{1,40}=|\s|$)/y

/**
 * Finds the value that starts at `start`: quoted, up to the closing quote or the end of the line; else up to white
 * space, a quote, an angle bracket or the next `name=`, or with `wholeLine` up to the end of the line.
 */
export function readValue(text: string, start: number, wholeLine: boolean): ValueRange {
  opener.lastIndex = start
  const [open, slashes = '', quote = ''] = opener.exec(text) ?? []
  if (open !== undefined)
    return { start: start + open.length, end: quotedEnd(text, start + open.length, slashes, quote) }
  return withoutBrackets(text, start, wholeLine ? lineEnd(text, start) : bareEnd(text, start))
}

function quotedEnd(text: string, start: number, slashes: string, quote: string): number {
  let at = start
  while (at < text.length && text[at] !== '\n') {
    // Inside of JSON inside of JSON the quote that closes is escaped as the one that opened.
    if (slashes === '' && text[at] === '\\') at += 1
    else if (text[at] === (slashes === '' ? quote : '\\')) return at
    else if (slashes !== '' && text[at] === quote) return at
    at += 1
  }
  return Math.min(at, text.length)
}

function lineEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1
  return at
}

function bareEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && !endsBare(text, at)) at += 1
  return at
}

function endsBare(text: string, at: number): boolean {
  const character = text[at] ?? ''
  if (/[\s"'`<>]/.test(character)) return true
  if (character !== '&' && character !== ',' && character !== ';') return false
  nextParameter.lastIndex = at
  return nextParameter.test(text)
}

function withoutBrackets(text: string, from: number, to: number): ValueRange {
  let start = from
  let end = to
  while (start < end && '([{'.includes(text[start] ?? '')) start += 1
  while (end > start && ')]}.,;'.includes(text[end - 1] ?? '')) end -= 1
  return { start, end }
}
