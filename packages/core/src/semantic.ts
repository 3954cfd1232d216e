/**
 * The layer of the cache that finds results by meaning. An entry of its own, so that only its users load it.
 *
 * @module
 */

import type { BoundCall } from './call/tool-call.ts'
import { memoryVectorIndex } from './memory/memory-vector-index.ts'
import { checkFunction, checkKeys, checkNumber } from './options/check-option.ts'
import type { Semantic, SemanticFinding, SemanticQuestion } from './policies/cache/semantic.ts'
import type { Embedder } from './ports/embedder.ts'
import type { Awaitable, PortOptions } from './ports/port-options.ts'
import type { VectorIndex, VectorMatch } from './ports/vector-index.ts'
import { bestMatch, type GuardedMatch } from './semantic/best-match.ts'
import { embedText } from './semantic/embed-text.ts'
import { settle } from './semantic/settle.ts'
import { type SemanticVerify, verifyMatch } from './semantic/verify-match.ts'

export type { Semantic, SemanticFinding, SemanticQuestion } from './policies/cache/semantic.ts'
export type { SemanticPair, SemanticVerify } from './semantic/verify-match.ts'

/** What {@link semantic} is made of. */
export interface SemanticOptions {
  readonly embedder: Embedder
  /** In this process by default. */
  readonly index?: VectorIndex | undefined
  /** The least similarity of a match, 0 to 1; 0.92. A question may raise it, never lower it. */
  readonly floor?: number | undefined
  /** Has the last word on a match: asked once, about the nearest candidate that the guards let pass. */
  readonly verify?: SemanticVerify | undefined
  /** Whether the answer to a call may be found by other words, and other words' answers by it; always by default. */
  readonly shareable?: ((call: BoundCall) => boolean) | undefined
}

/** Candidates that are looked at; all but the nearest matter only where guards refuse it. */
const candidates = 8

/**
 * Makes the vector layer of a cache, for `cache.semantic` of a tool: it finds answers to texts that mean the same in
 * other words. A match has at least the floor's similarity, and no guard refuses it: equal numbers, dates, ids, names
 * and quoted phrases, as many negations, no opposites, no other word in the place of one of few (a weekday, a unit, a
 * status), and what both name in the same order. The guards know English best; of other languages they compare words.
 * Errors of embedder and index reach the one who asks; an error of the verifier is a no.
 */
export function semantic(options: SemanticOptions): Semantic {
  checkKeys('semantic', options, ['embedder', 'index', 'floor', 'verify', 'shareable'])
  const { embedder, floor = 0.92, verify, shareable = () => true } = options
  checkEmbedder(embedder)
  checkNumber('semantic', 'floor', options.floor, { min: 0, max: 1 })
  checkFunction('semantic', 'verify', verify)
  checkFunction('semantic', 'shareable', shareable)
  const index = options.index ?? memoryVectorIndex()
  checkIndex(index)

  const parts = { embedder, index, floor, verify }
  return {
    embedderId: embedder.id,
    shareable: (call) => shareable(call),
    find: (question, o) => find(question, parts, o),
    remember: ({ bucket, id, vector, expiresAt }, o) => index.add(bucket, id, vector, expiresAt, o),
    forget: (bucket, ids, o) => index.remove(bucket, ids, o),
  }
}

interface Parts {
  readonly embedder: Embedder
  readonly index: VectorIndex
  readonly floor: number
  readonly verify: SemanticVerify | undefined
}

function find(question: SemanticQuestion, parts: Parts, { signal, now }: PortOptions): Awaitable<SemanticFinding> {
  const { bucket, text, floor: own } = question
  const floor = own !== undefined && own > parts.floor ? own : parts.floor
  return settle(embedText(parts.embedder, text, { signal }), (vector) =>
    settle(parts.index.search(bucket, vector, { signal, now, limit: candidates, floor }), (matches) => {
      const match = bestMatch(question, matches, floor)
      return settle(confirm(text, match, { verify: parts.verify, signal }), (confirmed) => ({
        vector,
        match: confirmed,
      }))
    }),
  )
}

/** The match, if there is one and the verifier takes it. */
function confirm(
  question: string,
  match: GuardedMatch | undefined,
  { verify, signal }: { readonly verify: SemanticVerify | undefined; readonly signal: AbortSignal | undefined },
): Awaitable<VectorMatch | undefined> {
  if (match === undefined) return undefined
  const { id, similarity, text: candidate } = match
  if (verify === undefined) return { id, similarity }
  const verdict = verifyMatch(verify, { question, candidate, similarity }, signal)
  return settle(verdict, (isSame) => (isSame ? { id, similarity } : undefined))
}

function checkEmbedder(embedder: Embedder | undefined): void {
  if (typeof embedder !== 'object' || embedder === null) throw new TypeError('semantic: embedder is missing')
  if (typeof embedder.id !== 'string' || embedder.id === '') throw new TypeError('semantic: embedder.id must be a text')
  if (embedder.dimensions === undefined) throw new RangeError('semantic: embedder.dimensions is missing')
  checkNumber('semantic', 'embedder.dimensions', embedder.dimensions, { min: 1, integer: true })
  if (typeof embedder.embed !== 'function') throw new TypeError('semantic: embedder.embed must be a function')
}

function checkIndex(index: VectorIndex): void {
  for (const name of ['search', 'add', 'remove'] as const) {
    if (typeof index?.[name] !== 'function') throw new TypeError(`semantic: index.${name} must be a function`)
  }
}
