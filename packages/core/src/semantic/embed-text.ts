import type { Embedder } from '../ports/embedder.ts'
import type { Awaitable } from '../ports/port-options.ts'
import { settle } from './settle.ts'

/** The vector of one text. What an embedder gives instead of it is an error that says so. */
export function embedText(
  embedder: Embedder,
  text: string,
  options: { readonly signal?: AbortSignal | undefined },
): Awaitable<Float32Array> {
  return settle(embedder.embed([text], options), (vectors) => checked(vectors, embedder))
}

function checked(vectors: readonly Float32Array[], { id, dimensions }: Embedder): Float32Array {
  const where = `semantic: embedder '${id}'`
  if (!Array.isArray(vectors) || vectors.length !== 1) {
    const given = Array.isArray(vectors) ? vectors.length : typeof vectors
    throw new TypeError(`${where} must give an array of one vector for one text, got ${given}`)
  }
  const vector: unknown = vectors[0]
  if (!(vector instanceof Float32Array)) throw new TypeError(`${where} must give vectors as Float32Array`)
  if (vector.length !== dimensions) {
    throw new RangeError(`${where} must give vectors of ${dimensions} numbers, got ${vector.length}`)
  }
  for (let at = 0; at < dimensions; at += 1) {
    if (!Number.isFinite(vector[at])) throw new RangeError(`${where} gave a vector with NaN or Infinity`)
  }
  return vector
}
