import type { Awaitable } from './port-options.ts'

/** Turns texts into vectors. */
export interface Embedder {
  /** Names the model and its version: vectors of different ids are never compared. */
  readonly id: string
  /** The length of every vector. */
  readonly dimensions: number
  /** Gives one vector for each text, in their order; the same text always gives the same vector. */
  embed(
    texts: readonly string[],
    options: { readonly signal?: AbortSignal | undefined },
  ): Awaitable<readonly Float32Array[]>
}
