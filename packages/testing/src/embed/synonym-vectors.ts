import { createSeededRandom } from '../seeded-random.ts'

/** A text as far as embedding goes: case and spaces aside. */
export const foldText = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ')

/** A unit vector that depends on the text alone. Of two texts they are near a right angle. */
export function vectorOf(text: string, dimensions: number): Float32Array {
  const random = createSeededRandom(hashOf(text))
  return unit(Float64Array.from({ length: dimensions }, () => random() - 0.5))
}

/**
 * A unit vector for each text, each two of which have this similarity: all lean on one direction, and differ at right
 * angles to it and to each other. There have to be fewer texts than dimensions.
 */
export function nearVectors(texts: readonly string[], dimensions: number, similarity: number): Float32Array[] {
  const axes: Float32Array[] = []
  for (const text of [`group ${texts.join('\n')}`, ...texts]) axes.push(rightAngled(vectorOf(text, dimensions), axes))
  const [shared = new Float32Array(dimensions), ...own] = axes
  const along = Math.sqrt(similarity)
  const aside = Math.sqrt(1 - similarity)
  return own.map((axis) => unit(axis.map((value, index) => along * (shared[index] ?? 0) + aside * value)))
}

/** Takes out of the vector what lies along the axes (Gram and Schmidt). */
function rightAngled(vector: Float32Array, axes: readonly Float32Array[]): Float32Array {
  let rest = Float64Array.from(vector)
  for (const axis of axes) {
    const along = rest.reduce((sum, value, index) => sum + value * (axis[index] ?? 0), 0)
    rest = rest.map((value, index) => value - along * (axis[index] ?? 0))
  }
  return unit(rest)
}

function unit(vector: Float64Array | Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (value) => value / length)
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
