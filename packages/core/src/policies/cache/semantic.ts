import type { BoundCall } from '../../call/tool-call.ts'
import type { Awaitable, PortOptions } from '../../ports/port-options.ts'

/** What is asked of the vector layer: is there an answer to a question that means the same? */
export interface SemanticQuestion {
  /** Where to search: the partition and everything that has to be equal. */
  readonly bucket: string
  /** The fuzzy fields of the arguments, a line for each: a line is never taken for another. */
  readonly text: string
  /** The caller's own floor; it counts only where it is higher. */
  readonly floor?: number | undefined
  /** The text of a candidate; undefined for one that may not be used. */
  textOf(id: string): string | undefined
}

/** An answer to {@link SemanticQuestion}. */
export interface SemanticFinding {
  /** Of the question's text, to be handed to `remember` when there was no match. */
  readonly vector: Float32Array
  readonly match?: { readonly id: string; readonly similarity: number } | undefined
}

/** The vector layer of a cache, made by `semantic` of `@headrace/core/semantic`. */
export interface Semantic {
  /** Part of every partition: vectors of different embedders never meet. */
  readonly embedderId: string
  /** Whether the call's answer may be given to other words, and it may be given the answer to other words. */
  shareable(call: BoundCall): boolean
  /** Embeds the text and gives the best candidate that guards and verifier let pass. */
  find(question: SemanticQuestion, options: PortOptions): Awaitable<SemanticFinding>
  /** Makes an entry findable until `expiresAt`, milliseconds since the epoch. */
  remember(
    entry: { readonly bucket: string; readonly id: string; readonly vector: Float32Array; readonly expiresAt: number },
    options: PortOptions,
  ): Awaitable<void>
  /** Takes entries out. */
  forget(bucket: string, ids: readonly string[], options: PortOptions): Awaitable<void>
}
