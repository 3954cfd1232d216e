/** Where a value stands in a text, without quotes and brackets around it. */
export interface ValueRange {
  readonly start: number
  readonly end: number
}

const opener = /(\\{0,4})(["'`])/y
const list = /\[\s{0,8}(?=\\{0,4}["'`])[^\]\r\n]{0,2000}/y
const bareRun = /[^\s"'`<>&,;]*/y
const restOfLine = /[^\r\n]*/y
/** What an unquoted value ends at, although it may contain its first character. */
const nextParameter = /[&,;](?:[\w.%-]{1,40}=|\s|$)/y

/**
 * Finds the value that starts at `start`: quoted, up to the closing quote or the end of the line; else up to white
 * space, a quote, an angle bracket or the next `name=`, or with `wholeLine` up to the end of the line.
 */
export function readValue(text: string, start: number, wholeLine: boolean): ValueRange {
  opener.lastIndex = start
  const [open, slashes = '', quote = ''] = opener.exec(text) ?? []
  if (open !== undefined) {
    const inside = start + open.length
    return { start: inside, end: slashes === '' ? quotedEnd(text, inside, quote) : escapedEnd(text, inside, quote) }
  }
  return wholeLine ? { start, end: endOf(restOfLine, text, start) } : withoutBrackets(text, start, bareEnd(text, start))
}

/** What stands in the brackets of a list of texts that starts at `start`. */
export function readList(text: string, start: number): ValueRange | undefined {
  const end = endOf(list, text, start)
  return end > start ? { start: start + 1, end } : undefined
}

function quotedEnd(text: string, start: number, quote: string): number {
  let at = start
  while (at < text.length && text[at] !== '\n' && text[at] !== quote) at += text[at] === '\\' ? 2 : 1
  return Math.min(at, text.length)
}

/** In JSON inside of JSON the quote that closes is escaped as the one that opened was. */
function escapedEnd(text: string, start: number, quote: string): number {
  let at = start
  while (at < text.length && text[at] !== '\n' && text[at] !== quote && text[at] !== '\\') at += 1
  return at
}

function bareEnd(text: string, start: number): number {
  let at = endOf(bareRun, text, start)
  while (at < text.length && '&,;'.includes(text[at] ?? ' ') && endOf(nextParameter, text, at) === at) {
    at = endOf(bareRun, text, at + 1)
  }
  return at
}

/** Where a match of a sticky pattern at `start` ends; `start` without a match. */
function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : start
}

function withoutBrackets(text: string, from: number, to: number): ValueRange {
  let start = from
  let end = to
  while (start < end && '([{'.includes(text[start] ?? ' ')) start += 1
  while (end > start && ')]}.,;'.includes(text[end - 1] ?? ' ')) end -= 1
  return { start, end }
}
