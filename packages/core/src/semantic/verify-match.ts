import type { Awaitable } from '../ports/port-options.ts'
import { isThenable } from './settle.ts'

/** Two texts that are near, and that the guards let pass. */
export interface SemanticPair {
  readonly question: string
  /** The text whose answer would be given. */
  readonly candidate: string
  /** Cosine, 0 to 1. */
  readonly similarity: number
}

/** Says whether the answer to one text answers another one too. Anything but `true`, or an error, means no. */
export type SemanticVerify = (
  pair: SemanticPair,
  options: { readonly signal?: AbortSignal | undefined },
) => Awaitable<boolean>

/** Asks the verifier, and takes an error for a no. */
export function verifyMatch(
  verify: SemanticVerify,
  pair: SemanticPair,
  signal: AbortSignal | undefined,
): Awaitable<boolean> {
  try {
    const verdict: Awaitable<unknown> = verify(pair, { signal })
    if (!isThenable(verdict)) return verdict === true
    return Promise.resolve(verdict).then(
      (value) => value === true,
      () => false,
    )
  } catch {
    return false
  }
}
