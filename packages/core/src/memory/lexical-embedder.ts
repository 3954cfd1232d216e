import { checkKeys, checkNumber } from '../options/check-option.ts'
import type { Embedder } from '../ports/embedder.ts'

/** Options of {@link lexicalEmbedder}. */
export interface LexicalEmbedderOptions {
  /** The length of every vector, 16 to 4,096; 384. More of them let fewer features of a text fall together. */
  readonly dimensions?: number | undefined
}

/** An embedder that answers at once. */
export interface LexicalEmbedder extends Embedder {
  embed(texts: readonly string[]): readonly Float32Array[]
}

/** What a feature of each kind counts for. */
const weights = { word: 1, pair: 0.5, letters: 0.25 }

/**
 * Makes an embedder for tests and demonstrations that knows letters, not meaning: texts are near when they share words,
 * pairs of words and groups of three letters. Hashed and signed (K. Weinberger et al., "Feature hashing for large scale
 * multitask learning", 2009), in lower case, of length 1; a text without letters and digits is the zero vector. The same
 * text gives the same vector on every machine.
 */
export function lexicalEmbedder(options: LexicalEmbedderOptions = {}): LexicalEmbedder {
  checkKeys('lexicalEmbedder', options, ['dimensions'])
  checkNumber('lexicalEmbedder', 'dimensions', options.dimensions, { min: 16, max: 4_096, integer: true })
  const dimensions = options.dimensions ?? 384
  return {
    id: `headrace-lexical-1-${dimensions}`,
    dimensions,
    embed: (texts) => texts.map((text) => embedText(text, dimensions)),
  }
}

function embedText(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions)
  const add = (feature: string, weight: number): void => {
    const hash = hashOf(feature)
    const at = hash % dimensions
    vector[at] = (vector[at] ?? 0) + (hash >= 0x80000000 ? -weight : weight)
  }
  let before = ''
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    add(`w ${word}`, weights.word)
    if (before !== '') add(`p ${before} ${word}`, weights.pair)
    const padded = ` ${word} `
    for (let at = 0; at + 3 <= padded.length; at += 1) add(`l ${padded.slice(at, at + 3)}`, weights.letters)
    before = word
  }
  return scale(vector)
}

/** To length 1, unless it has none. */
function scale(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return length === 0 ? vector : vector.map((value) => value / length)
}

/** 32-bit FNV-1a over UTF-16 units, mixed once more so that every bit depends on all of them. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
