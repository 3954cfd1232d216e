/** Bits of a sketch. */
export const sketchBits = 256
/** 32-bit words of a sketch. */
export const sketchWords: number = sketchBits / 32

/**
 * Makes sketches of vectors: the signs of 256 coordinates after a fixed, seeded rotation. The share of bits that two
 * sketches differ in is, up to chance, the angle of their vectors divided by π (M. Charikar, "Similarity estimation
 * techniques from rounding algorithms", 2002). The rotation is three rounds of random signs and a Hadamard transform
 * (A. Andoni et al., "Practical and optimal LSH for angular distance", 2015): it needs no matrix.
 */
export class Sketcher {
  readonly #signs: Float64Array
  readonly #scratch: Float64Array

  constructor(dimensions: number) {
    let size = sketchBits
    while (size < dimensions) size *= 2
    this.#signs = randomSigns(3 * size)
    this.#scratch = new Float64Array(size)
  }

  /** Writes the sketch of a vector into `words`. */
  sketch(vector: Float32Array, words: Uint32Array): void {
    const x = this.#scratch
    const signs = this.#signs
    x.fill(0)
    x.set(vector)
    for (let round = 0; round < signs.length; round += x.length) {
      for (let i = 0; i < x.length; i += 1) x[i] = (x[i] ?? 0) * (signs[round + i] ?? 1)
      transform(x)
    }
    for (let word = 0; word < sketchWords; word += 1) {
      let bits = 0
      for (let bit = 0; bit < 32; bit += 1) bits = (bits << 1) | ((x[word * 32 + bit] ?? 0) >= 0 ? 1 : 0)
      words[word] = bits
    }
  }
}

/** The fast Walsh-Hadamard transform, in place; the length is a power of two. */
function transform(x: Float64Array): void {
  for (let half = 1; half < x.length; half *= 2) {
    for (let start = 0; start < x.length; start += 2 * half) {
      for (let i = start; i < start + half; i += 1) {
        const a = x[i] ?? 0
        const b = x[i + half] ?? 0
        x[i] = a + b
        x[i + half] = a - b
      }
    }
  }
}

/** The same signs on every machine: xorshift32 from a fixed seed. */
function randomSigns(count: number): Float64Array {
  let state = 0x9e3779b9
  return Float64Array.from({ length: count }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state < 0 ? -1 : 1
  })
}
