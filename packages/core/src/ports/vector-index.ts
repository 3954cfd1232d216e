import type { Awaitable, PortOptions } from './port-options.ts'

/** A vector that is near to the one that was searched. */
export interface VectorMatch {
  readonly id: string
  /** Cosine, clipped to 0..1; a backend with another scale converts. */
  readonly similarity: number
}

/**
 * Finds vectors that are near to another. Buckets never meet; any text may be a bucket or an id. The vectors of a bucket
 * have one length, that of their embedder; how long they are as arrows does not count.
 */
export interface VectorIndex {
  /**
   * `approximate`: a search may miss vectors, one of ten near ones at most, and tell similarities that are off by a
   * hundredth at most. Otherwise it finds what a look at every vector finds.
   */
  readonly supports: { readonly approximate: boolean; readonly persistent: boolean }
  /**
   * Gives at most `limit` vectors of the bucket with a similarity of at least `floor` that have not expired, the
   * nearest first. A vector of nothing but zeros is near to nothing, whether it is kept or searched.
   */
  search(
    bucket: string,
    vector: Float32Array,
    options: PortOptions & { readonly limit: number; readonly floor: number },
  ): Awaitable<readonly VectorMatch[]>
  /**
   * Adds a copy of the vector, in the place of one with the same id; it is gone from `expiresAt` on, ms epoch. The
   * vector may be changed as soon as `add` has returned, before its promise has settled.
   */
  add(bucket: string, id: string, vector: Float32Array, expiresAt: number, options: PortOptions): Awaitable<void>
  /** Removes vectors of the bucket; ids that are not there are ignored. */
  remove(bucket: string, ids: readonly string[], options: PortOptions): Awaitable<void>
}
