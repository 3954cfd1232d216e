import type { Reading } from '../reading.ts'
import { emptyObjects } from '../words/function-words.ts'

/** What follows one of these narrows a request down. */
const narrowing = new Set(
  (
    'in at from near on before after since until till during between among within via through over under above below ' +
    'without except excluding including per against along across'
  ).split(' '),
)

/** No `in Oslo` where the other text has nothing of Oslo, and no `of sales` where it has `of costs`. */
export function equalObjects(a: Reading, b: Reading): boolean {
  const ours = strangers(a, b)
  const theirs = strangers(b, a)
  const isNarrowing = (preposition: string): boolean => narrowing.has(preposition)
  if (ours.some(isNarrowing) || theirs.some(isNarrowing)) return false
  return !ours.some((preposition) => theirs.includes(preposition))
}

/** The prepositions of a text whose object is, in all its words, unknown to the other. */
function strangers({ words }: Reading, { roots }: Reading): readonly string[] {
  const found: string[] = []
  for (const [at, { preposition, isContent, isExact, key }] of words.entries()) {
    if (preposition === undefined || (!isContent && !isExact) || emptyObjects.has(key)) continue
    let end = at
    while (words[end]?.isContent === true) end += 1
    if (!words.slice(at, Math.max(end, at + 1)).some(({ root }) => roots.has(root))) found.push(preposition)
  }
  return found
}
