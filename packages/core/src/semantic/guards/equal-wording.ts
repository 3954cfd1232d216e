import type { Reading, ReadWord } from '../reading.ts'

/**
 * Texts that have most words in common, or are built alike, have all words in common that name something: a sentence
 * with another word in one place is most often another request. Texts in quite different words are left to the
 * embedder.
 */
export function equalWording(a: Reading, b: Reading): boolean {
  const [hasTheirs, hasOurs] = [hasWordsOf(a, b), hasWordsOf(b, a)]
  if (hasTheirs || hasOurs) return hasTheirs && hasOurs
  const ours = a.words.filter(isTelling)
  const theirs = b.words.filter(isTelling)
  if (patternOf(ours) === patternOf(theirs)) return false
  return common(ours, theirs) < Math.max(ours.length, theirs.length) / 2
}

function isTelling({ isEmpty, key }: ReadWord): boolean {
  return !isEmpty && !/^(?:an?|the)$/.test(key)
}

function hasWordsOf({ roots }: Reading, other: Reading): boolean {
  return other.words.every(({ root, isContent, isExact }) => roots.has(root) || (!isContent && !isExact))
}

/** The words that build the sentence, with a star for what stands between them, however many words it has. */
function patternOf(words: readonly ReadWord[]): string {
  const pieces = words.map(({ root, isContent }) => (isContent ? '*' : root))
  return pieces.filter((piece, at) => piece !== '*' || pieces[at - 1] !== '*').join(' ')
}

/** How many words of one text have their like in the other. */
function common(ours: readonly ReadWord[], theirs: readonly ReadWord[]): number {
  const counts = new Map<string, number>()
  for (const { root } of ours) counts.set(root, (counts.get(root) ?? 0) + 1)
  let shared = 0
  for (const { root } of theirs) {
    const left = counts.get(root) ?? 0
    if (left > 0) shared += 1
    counts.set(root, left - 1)
  }
  return shared
}
