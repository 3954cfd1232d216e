import { sketchWords } from './sketcher.ts'

/** Words of a sketch that are looked at first, and lie close together. */
export const headWords = 2
export const tailWords: number = sketchWords - headWords

/** Sketches in rows. */
export interface SketchBlock {
  readonly heads: Uint32Array
  readonly tails: Uint32Array
}

/** In how many bits a sketch may differ: in its first 64, and in all of them. */
export interface SketchLimits {
  readonly head: number
  readonly whole: number
}

/** What {@link scanSketches} looks for. */
export interface SketchScan {
  readonly query: Uint32Array
  /** How many rows of the block are in use. */
  readonly rows: number
  readonly limits: SketchLimits
}

/**
 * Visits the rows of a block whose sketches are within the limits, and says in how many bits they differ. Most differ
 * too much in their first bits already, and are looked at no further.
 */
export function scanSketches(
  { heads, tails }: SketchBlock,
  { query, rows, limits }: SketchScan,
  visit: (row: number, distance: number) => void,
): void {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = query
  for (let row = 0; row < rows; row += 1) {
    let distance = ones((heads[2 * row] ?? 0) ^ a, (heads[2 * row + 1] ?? 0) ^ b)
    if (distance > limits.head) continue
    const at = row * tailWords
    distance += ones((tails[at] ?? 0) ^ c, (tails[at + 1] ?? 0) ^ d)
    distance += ones((tails[at + 2] ?? 0) ^ e, (tails[at + 3] ?? 0) ^ f)
    distance += ones((tails[at + 4] ?? 0) ^ g, (tails[at + 5] ?? 0) ^ h)
    if (distance <= limits.whole) visit(row, distance)
  }
}

/** How many bits are set in two words together. */
function ones(one: number, other: number): number {
  let a = one - ((one >>> 1) & 0x55555555)
  let b = other - ((other >>> 1) & 0x55555555)
  a = (a & 0x33333333) + ((a >>> 2) & 0x33333333)
  b = (b & 0x33333333) + ((b >>> 2) & 0x33333333)
  let sum = a + b
  sum = (sum & 0x0f0f0f0f) + ((sum >>> 4) & 0x0f0f0f0f)
  return Math.imul(sum, 0x01010101) >>> 24
}
