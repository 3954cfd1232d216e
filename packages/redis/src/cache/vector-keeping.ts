import type { VectorMatch } from '@headrace/core'

/** One way to keep vectors. None of those that it is given is without a direction. */
export interface VectorKeeping {
  search(
    bucket: string,
    vector: Float32Array,
    options: { readonly limit: number; readonly floor: number },
  ): Promise<readonly VectorMatch[]>
  /** `lifeMs` is above 0. */
  add(bucket: string, id: string, vector: Uint8Array, lifeMs: number): Promise<void>
  remove(bucket: string, ids: readonly string[]): Promise<void>
}
