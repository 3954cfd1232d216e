import type { Embedder } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { fakeEmbedder } from './fake-embedder.ts'
import { createTestClock } from './test-clock.ts'

const embed = async (embedder: Embedder, ...texts: string[]): Promise<readonly Float32Array[]> =>
  embedder.embed(texts, {})
const cosine = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0) / (Math.hypot(...a) * Math.hypot(...b))

describe('fake embedder: vectors', () => {
  const capital = ['What is the capital of France?', 'Which city is the capital of France?', 'France: capital?']
  const weather = ['Is it raining?', 'Does it rain?']

  it('gives each two texts of a group the similarity that was asked for', async () => {
    for (const similarity of [0.5, 0.92, 0.97, 1]) {
      const embedder = fakeEmbedder({ synonyms: [capital], similarity })
      const vectors = await embed(embedder, ...capital)
      for (const [index, a] of vectors.entries()) {
        for (const b of vectors.slice(index + 1)) expect(cosine(a, b)).toBeCloseTo(similarity, 5)
      }
    }
    const [a, b] = await embed(fakeEmbedder({ synonyms: [weather] }), ...weather)
    expect(cosine(a, b)).toBeCloseTo(0.97, 5)
  })

  it('keeps groups and all other texts far apart', async () => {
    const others = Array.from({ length: 60 }, (_, index) => `question ${index}`)
    const vectors = await embed(fakeEmbedder({ synonyms: [capital, weather] }), 'capital', ...others, ...weather)
    const pairs = vectors.slice(0, -1).flatMap((a, index) => vectors.slice(index + 1, -1).map((b) => cosine(a, b)))
    expect(Math.max(...pairs.map(Math.abs))).toBeLessThan(0.4)
    expect(
      Math.abs(
        cosine((await embed(fakeEmbedder({ synonyms: [capital, weather] }), capital[0] ?? ''))[0], vectors.at(-1)),
      ),
    ).toBeLessThan(0.4)
  })

  it('gives the same text the same vector of length 1 in every run, whatever its case and spaces', async () => {
    const [first, second] = [await embed(fakeEmbedder(), 'Hello  World '), await embed(fakeEmbedder(), 'hello world')]
    expect(first).toEqual(second)
    expect(first[0]?.length).toBe(256)
    expect(Math.hypot(...(first[0] ?? []))).toBeCloseTo(1, 6)
    expect(await embed(fakeEmbedder({ synonyms: [weather] }), 'is it  RAINING?')).toEqual(
      await embed(fakeEmbedder({ synonyms: [weather] }), 'Is it raining?'),
    )
  })

  it('gives given vectors as they are, and copies of them', async () => {
    const embedder = fakeEmbedder({ vectors: { a: [1, 0, 0], b: [0.5, 0.5, 0] } })
    const [a, b] = await embed(embedder, 'a', 'b')
    a?.fill(7)
    expect([embedder.dimensions, b, (await embed(embedder, 'a'))[0]]).toEqual([
      3,
      Float32Array.of(0.5, 0.5, 0),
      Float32Array.of(1, 0, 0),
    ])
  })
})

describe('fake embedder: requests', () => {
  it('answers at once without a latency, and remembers what it was asked', () => {
    const embedder = fakeEmbedder({ dimensions: 8 })
    const answer = embedder.embed(['a', 'b'], {})
    void embedder.embed(['c'], {})
    expect(Array.isArray(answer)).toBe(true)
    expect([embedder.requests, embedder.embedded, embedder.id]).toEqual([[['a', 'b'], ['c']], 3, 'fake-embedder/8'])
  })

  it('takes its latency from the clock, and ends with its signal', async () => {
    const clock = createTestClock()
    const embedder = fakeEmbedder({ latency: 30, clock })
    const controller = new AbortController()
    const answered = Promise.resolve(embedder.embed(['a'], {}))
    const aborted = Promise.resolve(embedder.embed(['b'], { signal: controller.signal }))
    controller.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    expect(clock.pending).toBe(1)
    await clock.advance(30)
    expect((await answered).length).toBe(1)
    expect(embedder.embedded).toBe(1)
  })

  it('fails where it is told to', async () => {
    const embedder = fakeEmbedder({ failOn: (text, request) => text === 'bad' && request < 2 })
    await expect(embed(embedder, 'good', 'bad')).rejects.toThrow("fake embedder: failOn fails request 1 for 'bad'")
    expect((await embed(embedder, 'good', 'bad')).length).toBe(2)
    expect([embedder.requests.length, embedder.embedded]).toEqual([2, 2])
  })
})

describe('fake embedder: mistakes in its options', () => {
  it.for<[object, string]>([
    [{ dimensions: 1 }, 'dimensions must be an integer >= 2 and <= 10000, got 1'],
    [{ similarity: 1.1 }, 'similarity must be a number >= 0 and <= 1, got 1.1'],
    [{ latency: -1 }, 'latency must be a number >= 0, got -1'],
    [{ failOn: true }, 'failOn must be a function, got true'],
    [{ synonyms: ['a', 'b'] }, "a group of synonyms must be an array, got 'a'"],
    [{ synonyms: [['a', 'b'], ['A']] }, "'A' has a vector already"],
    [{ synonyms: [['a', 'b', 'c']], dimensions: 3 }, 'a group of 3 synonyms needs more than 3 dimensions'],
    [{ vectors: { a: [1, 0], b: [1] } }, "the vector of 'b' has 1 dimensions, not 2"],
    [{ vectors: { a: '1' } }, "the vector of 'a' must be an array, got '1'"],
    [{ synonym: [] }, "unknown option 'synonym'"],
  ])('says for %j what is wrong', ([options, message]) => {
    expect(() => fakeEmbedder(options)).toThrow(`fake embedder: ${message}`)
  })
})
