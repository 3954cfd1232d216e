/** Frames of JavaScript, Java, Python and Go, and the lines around them. */
const frameLine =
  /^\s*(?:at\s.*(?::\d+\)?|\(native\)|\(<anonymous>\)|\(Native Method\))\s*$|\.\.\. \d+ more$|File ".*", line \d|Traceback \(most recent|goroutine \d+ \[|\S+\.go:\d+)/
const position = /:\d{1,7}:\d{1,7}\)?[.,;]?$/
const place = /[./\\<]/
/** `at Object.run [as go] (C:\Program Files\tool.js:1:2)` has this many words after `at`. */
const longestFrame = 8

/** The lines of a text that are no stack frames, joined by spaces. */
export function withoutFrameLines(text: string): string {
  if (!/[\r\n]/.test(text)) return text
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => !frameLine.test(line))
    .join(' ')
}

/** A line without the stack frames that somebody joined into it; white space becomes single spaces. */
export function withoutInlineFrames(line: string): string {
  const words = line.split(/\s+/)
  const kept: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const end = word === 'at' ? frameEnd(words, at) : at
    if (end > at) at = end
    else if (!(word.includes('@') && isLocation(word))) kept.push(word)
  }
  return kept.join(' ').trim()
}

/** Where the frame that starts with the `at` at this index ends; the same index where none starts. */
function frameEnd(words: readonly string[], at: number): number {
  let opened = false
  for (let next = at + 1; next <= at + longestFrame && next < words.length; next += 1) {
    const word = words[next] ?? ''
    opened ||= word.startsWith('(')
    const direct = next === at + 1 || (next === at + 2 && words[at + 1] === 'async')
    if ((opened || direct) && isLocation(word)) return next
  }
  return at
}

function isLocation(word: string): boolean {
  return position.test(word) && place.test(word)
}
