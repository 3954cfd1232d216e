import type { VectorIndex, VectorMatch } from '@headrace/core'
import { hold, holdEqual } from '../hold.ts'
import type { Trial } from '../trial.ts'

/** The length of every vector of these tests. */
export const dimensions = 24

/** A bucket of the index under test. */
export interface Bucket {
  readonly name: string
  add(id: string, vector: Float32Array, expiresAt?: number): Promise<void>
  search(
    vector: Float32Array,
    options?: { readonly limit?: number; readonly floor?: number },
  ): Promise<readonly VectorMatch[]>
  /** The ids that a search finds, the nearest first. */
  find(vector: Float32Array, options?: { readonly limit?: number; readonly floor?: number }): Promise<string[]>
  remove(...ids: readonly string[]): Promise<void>
}

/** Works with a bucket, a fresh one unless it is given, of the trial's own index unless another is given. */
export function openBucket(
  trial: Trial<VectorIndex>,
  { name = trial.name('bucket'), index = trial.store }: { name?: string; index?: VectorIndex } = {},
): Bucket {
  const { time, at } = trial
  const search: Bucket['search'] = async (vector, { limit = 10, floor = 0 } = {}) =>
    index.search(name, vector, { ...at(), limit, floor })
  return {
    name,
    search,
    add: (id, vector, expiresAt = time.now() + 1_000 * time.unit) =>
      time.begin(async () => index.add(name, id, vector, expiresAt, at())),
    find: async (vector, options) => (await search(vector, options)).map(({ id }) => id),
    remove: async (...ids) => index.remove(name, ids, at()),
  }
}

/** The vector of length 1 along one of the axes. */
export function axis(index: number): Float32Array {
  const vector = new Float32Array(dimensions)
  vector[index] = 1
  return vector
}

/** A vector of length 1 whose cosine with the first axis is the given one; they differ by their second axis. */
export function atCosine(cosine: number, other = 1): Float32Array {
  const vector = axis(0)
  vector[0] = cosine
  vector[other] = Math.sqrt(1 - cosine * cosine)
  return vector
}

/** A vector of length 1 in any direction. */
export function anyVector(random: () => number): Float32Array {
  return scaled(
    Float32Array.from({ length: dimensions }, () => normal(random)),
    1,
  )
}

/** A vector near to another one, at a cosine of about 0.97. */
export function nearTo(vector: Float32Array, random: () => number): Float32Array {
  const noise = anyVector(random)
  return scaled(
    vector.map((value, index) => value + 0.25 * (noise[index] ?? 0)),
    1,
  )
}

/** The same direction with another length. */
export function scaled(vector: Float32Array, length: number): Float32Array {
  const factor = length / Math.hypot(...vector)
  return vector.map((value) => value * factor)
}

/** The cosine of the angle between two vectors. */
export function cosineOf(one: Float32Array, other: Float32Array): number {
  const product = one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
  return product / (Math.hypot(...one) * Math.hypot(...other))
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** How far a similarity may be off: by rounding, or by what an approximate index leaves out. */
export function toleranceOf({ supports }: VectorIndex): number {
  return supports.approximate ? 0.01 : 1e-4
}

/** Throws unless these are the matches, in this order, with these similarities. */
export function holdMatches(
  trial: Trial<VectorIndex>,
  matches: readonly VectorMatch[],
  expected: readonly (readonly [id: string, similarity: number])[],
): void {
  holdEqual(
    matches.map(({ id }) => id),
    expected.map(([id]) => id),
    'the ids that are found',
  )
  for (const [index, [id, similarity]] of expected.entries()) {
    const found = matches[index]?.similarity ?? Number.NaN
    hold(Math.abs(found - similarity) <= toleranceOf(trial.store), `the similarity of ${id} is ${similarity}`, found)
  }
}
