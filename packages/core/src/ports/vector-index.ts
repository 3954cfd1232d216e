import type { Awaitable, PortOptions } from './port-options.ts'

/** A vector that is near to the one that was searched. */
export interface VectorMatch {
  readonly id: string
  /** Cosine, clipped to 0..1; a backend with another scale converts. */
  readonly similarity: number
}

/** Finds vectors that are near to another. Buckets never meet. */
export interface VectorIndex {
  readonly supports: { readonly approximate: boolean; readonly persistent: boolean }
  /**
   * Gives at most `limit` vectors of the bucket with a similarity of at least `floor` that have not expired, the
   * nearest first. A vector without length is near to nothing.
   */
  search(
    bucket: string,
    vector: Float32Array,
    options: PortOptions & { readonly limit: number; readonly floor: number },
  ): Awaitable<readonly VectorMatch[]>
  /** Adds a copy of the vector, in the place of one with the same id; it is gone from `expiresAt` on, ms epoch. */
  add(bucket: string, id: string, vector: Float32Array, expiresAt: number, options: PortOptions): Awaitable<void>
  /** Removes vectors; ids that are not there are ignored. */
  remove(bucket: string, ids: readonly string[], options: PortOptions): Awaitable<void>
}
