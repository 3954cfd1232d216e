import type { Reading } from '../reading.ts'

/** Every name of one text, and every word in quotes, is in the other. */
export function equalNames(a: Reading, b: Reading): boolean {
  return hasNamesOf(a, b) && hasNamesOf(b, a)
}

function hasNamesOf({ spelled }: Reading, other: Reading): boolean {
  return other.words.every(({ name }) => name === undefined || spelled.has(name))
}
