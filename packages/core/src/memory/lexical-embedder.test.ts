import { expect, it } from 'vitest'
import { lexicalEmbedder } from './lexical-embedder.ts'

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
}

function similarity(a: string, b: string): number {
  const [x = new Float32Array(), y = new Float32Array()] = lexicalEmbedder().embed([a, b])
  return cosine(x, y)
}

it('gives a vector of length 1 for each text, in their order', () => {
  const { embed, dimensions } = lexicalEmbedder({ dimensions: 64 })
  const vectors = embed(['open orders', 'closed orders'])
  expect(vectors.map(({ length }) => length)).toEqual([64, 64])
  expect(dimensions).toBe(64)
  for (const vector of vectors) expect(cosine(vector, vector)).toBeCloseTo(1, 5)
  expect(vectors[1]).toEqual(embed(['closed orders'])[0])
})

it('says in its id which version made a vector, and of what length', () => {
  expect(lexicalEmbedder().id).toBe('headrace-lexical-1-384')
  expect(lexicalEmbedder({ dimensions: 64 }).id).not.toBe(lexicalEmbedder().id)
})

it('gives the vectors of this version on every machine', () => {
  const [vector = new Float32Array()] = lexicalEmbedder({ dimensions: 16 }).embed(['Open orders'])
  expect(Array.from(vector, (value) => Math.round(value * 1_000))).toMatchInlineSnapshot(`
    [
      -295,
      0,
      0,
      0,
      590,
      0,
      -590,
      -442,
      0,
      0,
      0,
      0,
      -147,
      0,
      0,
      0,
    ]
  `)
})

it('has texts near that share words and letters', () => {
  expect(similarity('Open orders of Acme', 'open orders of ACME!')).toBeCloseTo(1, 5)
  expect(similarity('open orders of acme', 'open order of acme')).toBeGreaterThan(0.6)
  expect(similarity('open orders of acme', 'weather in Lisbon')).toBeLessThan(0.2)
})

it('knows the order of words, and nothing of meaning', () => {
  expect(similarity('Anna pays Bob', 'Bob pays Anna')).toBeLessThan(0.99)
  expect(similarity('cheap hotel', 'inexpensive lodging')).toBeLessThan(0.3)
})

it('reads every script, and gives the zero vector for a text without letters and digits', () => {
  expect(similarity('今天天气怎么样', '今天天气怎么样？')).toBeCloseTo(1, 5)
  expect(lexicalEmbedder({ dimensions: 16 }).embed(['', ' ?!'])).toEqual([new Float32Array(16), new Float32Array(16)])
})

it('refuses dimensions that are no vector', () => {
  for (const dimensions of [0, 15, 4_097, 20.5, Number.NaN]) {
    expect(() => lexicalEmbedder({ dimensions })).toThrow(/lexicalEmbedder: dimensions must be an integer >= 16/)
  }
  expect(() => lexicalEmbedder({ size: 3 } as object)).toThrow(/unknown option 'size'/)
})
