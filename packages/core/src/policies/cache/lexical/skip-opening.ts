import type { Token } from './token.ts'

/** `Hello Kitty` and `ok computer` are names: a greeting has a pause behind it, or a request. */
const polite =
  '(?:(?:please|kindly),? |(?:hi|hello|hey|ok|okay)(?:, | (?=(?:please|can|could|would|i|tell|show|what) )))'
const asked = '(?:tell|show|list|find|search|explain|describe|check|look)'
/** How a request begins that says no more than what follows: `could you please tell me what is the …`. */
const opening = new RegExp(
  `^${polite}*(?:(?:can|could|would|will) you (?:(?:please|kindly) |(?=${asked} )))?` +
    "(?:i (?:want|need|would like|'d like) to know )?(?:please )?(?:(?:tell|show) me )?(?:what (?:is|are) )?",
)

/** Where the text itself begins: the index of the first token behind the words of a request. */
export function skipOpening(list: readonly Token[]): number {
  // with no other letter a request begins
  if (!/^[chikopstw]/.test(list[0]?.word ?? '')) return 0
  const start = list.slice(0, 16)
  // a capital letter inside of a sentence begins a name: `Show Me a Hero`
  const kept = start.findIndex(
    ({ kind, text, isFirst }) => kind !== 'word' || (!isFirst && /^\p{Lu}\p{Ll}/u.test(text)),
  )
  const words = (kept < 0 ? start : start.slice(0, kept)).map(({ word, isLast }, at) =>
    at === 0 && isLast ? `${word},` : word,
  )
  // A space behind the last word only where something follows it: a text is never all opening.
  const text = words.join(' ') + (words.length < list.length ? ' ' : '')
  const skipped = opening.exec(text)?.[0] ?? ''
  return skipped === '' ? 0 : skipped.split(' ').length - 1
}
