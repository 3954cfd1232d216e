import type { Reading } from '../reading.ts'
import { oppositesOf } from '../words/opposites.ts'

/** No word of one text stands where the other has its opposite. */
export function noOpposites(a: Reading, b: Reading): boolean {
  return !hasOpposite(a, b) && !hasOpposite(b, a)
}

function hasOpposite({ roots }: Reading, other: Reading): boolean {
  for (const root of roots) {
    if (other.roots.has(root)) continue
    if (oppositesOf(root).some((word) => other.roots.has(word) && !roots.has(word))) return true
  }
  return false
}
