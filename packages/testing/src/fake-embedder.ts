import { type Clock, type Embedder, systemClock } from '@headrace/core'
import { wait } from './clock/wait.ts'
import { foldText, nearVectors, vectorOf } from './embed/synonym-vectors.ts'
import { checkArray, checkFunction, checkKeys, checkNumber } from './options/check-option.ts'

/** Options of {@link fakeEmbedder}. */
export interface FakeEmbedderOptions {
  /** The length of every vector; 256 when not given, or that of the given `vectors`. */
  readonly dimensions?: number | undefined
  /** Groups of texts that mean the same: their vectors are near each other, and far from all others. */
  readonly synonyms?: readonly (readonly string[])[] | undefined
  /** The cosine of two texts of one group, from 0 to 1; 0.97 when not given. */
  readonly similarity?: number | undefined
  /** The vectors of some texts, as they are. */
  readonly vectors?: Readonly<Record<string, readonly number[]>> | undefined
  /** Milliseconds that each request takes; answers at once when not given. */
  readonly latency?: number | undefined
  /** Whether a request fails that has this text in it; `request` counts from 1. */
  readonly failOn?: ((text: string, request: number) => boolean) | undefined
  /** Where the latency comes from: the test's clock. The process's clock when not given. */
  readonly clock?: Clock | undefined
}

/** An embedder that remembers what it was asked. */
export interface FakeEmbedder extends Embedder {
  /** The texts of each request, in the order of the requests, failed ones included. */
  readonly requests: readonly (readonly string[])[]
  /** How many texts were embedded in all. */
  readonly embedded: number
}

const known = ['dimensions', 'synonyms', 'similarity', 'vectors', 'latency', 'failOn', 'clock']

/**
 * Makes an embedder for tests that needs no model: texts of one group of `synonyms` are near each other, every other
 * two are far apart (near a right angle), and a text has the same vector in every run. Case and runs of spaces do not
 * count. A request with a latency ends at once when its signal is aborted.
 */
export function fakeEmbedder(options: FakeEmbedderOptions = {}): FakeEmbedder {
  checkOptions(options)
  const { latency = 0, failOn, clock = systemClock } = options
  const dimensions = dimensionsOf(options)
  const vectors = knownVectors(options, dimensions)
  const requests: (readonly string[])[] = []
  let embedded = 0

  const answer = (texts: readonly string[], request: number): Float32Array[] => {
    const failing = texts.find((text) => failOn?.(text, request))
    if (failing !== undefined) throw new Error(`fake embedder: failOn fails request ${request} for '${failing}'`)
    embedded += texts.length
    return texts.map((text) => {
      const folded = foldText(text)
      return vectors.get(folded)?.slice() ?? vectorOf(folded, dimensions)
    })
  }
  return {
    id: `fake-embedder/${dimensions}`,
    dimensions,
    requests,
    get embedded() {
      return embedded
    },
    embed(texts, { signal }) {
      const request = requests.push([...texts])
      signal?.throwIfAborted()
      return latency > 0 ? wait(clock, latency, signal).then(() => answer(texts, request)) : answer(texts, request)
    },
  }
}

function checkOptions(options: FakeEmbedderOptions): void {
  const where = 'fake embedder'
  checkKeys(where, options, known)
  const { dimensions, synonyms, similarity, vectors = {}, latency, failOn } = options
  checkNumber(where, 'dimensions', dimensions, { min: 2, max: 10_000, integer: true })
  checkNumber(where, 'similarity', similarity, { min: 0, max: 1 })
  checkNumber(where, 'latency', latency, { min: 0 })
  checkFunction(where, 'failOn', failOn)
  checkArray(where, 'synonyms', synonyms)
  for (const group of synonyms ?? []) checkArray(where, 'a group of synonyms', group)
  for (const [text, vector] of Object.entries(vectors)) checkArray(where, `the vector of '${text}'`, vector)
}

function dimensionsOf({ dimensions, vectors = {} }: FakeEmbedderOptions): number {
  return dimensions ?? Object.values(vectors)[0]?.length ?? 256
}

function knownVectors(options: FakeEmbedderOptions, dimensions: number): ReadonlyMap<string, Float32Array> {
  const { synonyms = [], vectors = {}, similarity = 0.97 } = options
  const found = new Map<string, Float32Array>()
  const add = (text: string, vector: Float32Array): void => {
    if (found.has(foldText(text))) throw new TypeError(`fake embedder: '${text}' has a vector already`)
    if (vector.length !== dimensions) {
      throw new RangeError(`fake embedder: the vector of '${text}' has ${vector.length} dimensions, not ${dimensions}`)
    }
    found.set(foldText(text), vector)
  }
  for (const [text, vector] of Object.entries(vectors)) add(text, Float32Array.from(vector))
  for (const group of synonyms) {
    if (group.length >= dimensions) {
      throw new RangeError(
        `fake embedder: a group of ${group.length} synonyms needs more than ${dimensions} dimensions`,
      )
    }
    const near = nearVectors(group.map(foldText), dimensions, similarity)
    for (const [index, text] of group.entries()) add(text, near[index] ?? new Float32Array())
  }
  return found
}
