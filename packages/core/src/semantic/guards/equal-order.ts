import type { Reading, ReadWord } from '../reading.ts'
import { isNegation } from './equal-negations.ts'

/** What both texts name, and what they negate, in the same order: `from Rome to Oslo` is not `from Oslo to Rome`. */
export function equalOrder(a: Reading, b: Reading): boolean {
  const ours = ordered(a)
  const theirs = ordered(b)
  const counts = new Map<string, number>()
  for (const root of ours) counts.set(root, (counts.get(root) ?? 0) + 1)
  for (const root of theirs) counts.set(root, (counts.get(root) ?? 0) - 1)
  // What one text repeats more often than the other has no place to compare.
  const shared = (reading: Reading, roots: readonly string[]): string =>
    JSON.stringify(roots.filter((root) => counts.get(root) === 0 && (root === negation || reading.roots.has(root))))
  return shared(b, ours) === shared(a, theirs)
}

const negation = 'not'
/** What these are about is told by their place alone. */
const placed = new Set('only just even also all and or but'.split(' '))

function ordered({ words }: Reading): readonly string[] {
  const rootOf = ({ key, root, isContent, isExact }: ReadWord): string | undefined => {
    if (isNegation(key)) return negation
    return isContent || isExact || placed.has(key) ? root : undefined
  }
  return words.map(rootOf).filter((root) => root !== undefined)
}
