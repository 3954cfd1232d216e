import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { VectorMatch } from '../ports/vector-index.ts'
import { memoryVectorIndex } from './memory-vector-index.ts'

interface Kept {
  readonly bucket: string
  readonly id: string
  readonly vector: Float32Array
  readonly expiresAt: number
}

const vector = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 })
  .map((numbers) => Float32Array.from(numbers))
const step = fc.record({
  what: fc.constantFrom('add', 'add', 'add', 'remove', 'search'),
  bucket: fc.constantFrom('b', 'c'),
  id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
  vector,
  lifeMs: fc.integer({ min: 0, max: 30 }),
  passMs: fc.integer({ min: 0, max: 5 }),
})

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, x, y] = [0, 0, 0]
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0
    dot += value * other
    x += value * value
    y += other * other
  }
  return x === 0 || y === 0 ? Number.NaN : dot / Math.sqrt(x * y)
}

/** What a search over a plain list gives. */
function expected(list: readonly Kept[], query: Float32Array, floor: number): readonly string[] {
  const found = list
    .map(({ id, vector }) => ({ id, similarity: Math.max(0, cosine(vector, query)) }))
    .filter(({ similarity }) => similarity >= floor)
  return shown(found.sort(byNearness))
}

/** Similarities in the order found, and behind them what was found: which of two equally near comes first is open. */
function shown(found: readonly VectorMatch[]): readonly string[] {
  const similarities = found.map(({ similarity }) => similarity.toFixed(4))
  return [...similarities, ...found.map(({ id, similarity }) => `${similarity.toFixed(4)} ${id}`).sort()]
}

it('finds what a plain list finds that is searched from end to end', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const index = memoryVectorIndex()
      let list: readonly Kept[] = []
      let now = 0
      const answers: (readonly string[])[] = []
      const right: (readonly string[])[] = []
      for (const { what, bucket, id, vector, lifeMs, passMs } of steps) {
        now += passMs
        const others = list.filter((kept) => kept.bucket !== bucket || kept.id !== id)
        if (what === 'add') {
          index.add(bucket, id, vector, now + lifeMs, { now })
          list = [...others, { bucket, id, vector, expiresAt: now + lifeMs }]
        } else if (what === 'remove') {
          index.remove(bucket, [id], { now })
          list = others
        } else {
          const alive = list.filter((kept) => kept.bucket === bucket && now < kept.expiresAt)
          const found = index.search(bucket, vector, { now, limit: 10, floor: 0.55 })
          answers.push(shown(found))
          right.push(expected(alive, vector, 0.55))
        }
      }
      expect(answers).toEqual(right)
      expect(index.size).toBeLessThanOrEqual(12)
    }),
  )
})

it('keeps the youngest when it is full', () => {
  const ids = fc.array(fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'), { maxLength: 40 })
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 5 }), (added, maxVectors) => {
      const index = memoryVectorIndex({ maxVectors })
      let list: readonly string[] = []
      for (const id of added) {
        index.add('b', id, Float32Array.of(1, 1), Number.POSITIVE_INFINITY, { now: 0 })
        list = [...list.filter((kept) => kept !== id), id].slice(-maxVectors)
        const found = index.search('b', Float32Array.of(1, 1), { now: 0, limit: 10, floor: 1 })
        expect(found.map((match) => match.id).sort()).toEqual([...list].sort())
      }
    }),
  )
})

/** Numbers as a seed gives them, between -1 and 1. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 0x80000000 - 1
  }
}

it.each([
  [8, 2_000],
  [48, 2_500],
  [384, 600],
])('finds the nearest of many vectors of %i numbers by sketches, also after many were removed', (dimensions, count) => {
  const random = randomNumbers(dimensions)
  const randomVector = (): Float32Array => Float32Array.from({ length: dimensions }, random)
  const noisy = (vector: Float32Array): Float32Array => vector.map((value) => value + random() * 0.35)
  const index = memoryVectorIndex()
  const list = new Map<string, Float32Array>()
  for (let n = 0; n < count; n += 1) {
    const vector = n % 5 === 0 ? randomVector() : noisy(list.get(`${n - (n % 5)}`) ?? randomVector())
    list.set(`${n}`, vector)
    index.add('b', `${n}`, vector, Number.POSITIVE_INFINITY, { now: 0 })
  }
  for (let n = 0; n < count; n += 3) {
    list.delete(`${n}`)
    index.remove('b', [`${n}`], { now: 0 })
  }
  let missed = 0
  let near = 0
  const queries = [...list.values()].slice(0, 60).map(noisy)
  for (const query of queries) {
    const [best] = [...list].map(([id, vector]) => ({ id, similarity: cosine(vector, query) })).sort(byNearness)
    const [found] = index.search('b', query, { now: 0, limit: 3, floor: 0.92 })
    if (best === undefined || best.similarity < 0.9201) continue
    if (found?.id !== best.id || Math.abs(found.similarity - best.similarity) > 1e-5) missed += 1
    near += 1
  }
  expect(near).toBeGreaterThan(40)
  expect(missed).toBeLessThanOrEqual(1)
})

function byNearness(a: { similarity: number }, b: { similarity: number }): number {
  return b.similarity - a.similarity
}
