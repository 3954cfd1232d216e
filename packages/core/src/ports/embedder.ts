import type { Awaitable } from './port-options.ts'

/** Turns texts into vectors. */
export interface Embedder {
  /** Names the model and its version, and never changes: vectors of different ids are never compared. */
  readonly id: string
  /** The length of every vector, a whole number above 0; known before anything was embedded. */
  readonly dimensions: number
  /**
   * Gives one vector of finite numbers for each text, in their order; none for no texts. The same text always has the
   * same vector, whatever stands beside it and whatever else is asked at once, but for the rounding of other hardware:
   * 0.0001 in a number. Any text has one, also an empty or a very long one. A vector belongs to whoever asked for it.
   */
  embed(
    texts: readonly string[],
    options: { readonly signal?: AbortSignal | undefined },
  ): Awaitable<readonly Float32Array[]>
}
