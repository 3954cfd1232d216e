import { expect, it } from 'vitest'
import { type MemoryVectorIndex, memoryVectorIndex } from './memory-vector-index.ts'

const never = Number.POSITIVE_INFINITY
const north = Float32Array.of(0, 1)
const east = Float32Array.of(1, 0)

function idsNear(index: MemoryVectorIndex, vector: Float32Array, options: { now?: number; floor?: number } = {}) {
  return index.search('b', vector, { now: 0, floor: 0.5, limit: 10, ...options }).map(({ id }) => id)
}

it('gives the nearest first, with the cosine whatever the lengths', () => {
  const index = memoryVectorIndex()
  index.add('b', 'far', Float32Array.of(3, 3), never, { now: 0 })
  index.add('b', 'near', Float32Array.of(0.1, 1), never, { now: 0 })
  const found = index.search('b', Float32Array.of(0, 7), { now: 0, limit: 2, floor: 0.5 })
  expect(found.map(({ id, similarity }) => [id, Math.round(similarity * 1e4)])).toEqual([
    ['near', 9950],
    ['far', 7071],
  ])
})

it('gives what is at the floor and nothing below it, and no more than the limit', () => {
  const index = memoryVectorIndex()
  index.add('b', 'same', north, never, { now: 0 })
  index.add('b', 'across', east, never, { now: 0 })
  expect(idsNear(index, Float32Array.of(0, 3), { floor: 1 })).toEqual(['same'])
  expect(idsNear(index, north, { floor: 0 })).toEqual(['same', 'across'])
  expect(index.search('b', north, { now: 0, limit: 1, floor: 0 })).toEqual([{ id: 'same', similarity: 1 }])
  expect(index.search('b', north, { now: 0, limit: 0, floor: 0 })).toEqual([])
})

it('clips what points the other way to 0', () => {
  const index = memoryVectorIndex()
  index.add('b', 'opposite', Float32Array.of(0, -1), never, { now: 0 })
  expect(index.search('b', north, { now: 0, limit: 1, floor: 0 })).toEqual([{ id: 'opposite', similarity: 0 }])
})

it('keeps buckets apart, each with vectors of its own length', () => {
  const index = memoryVectorIndex()
  index.add('b', 'x', north, never, { now: 0 })
  index.add('c', 'x', Float32Array.of(0, 1, 0), never, { now: 0 })
  index.remove('c', ['x'], { now: 0 })
  expect(idsNear(index, north)).toEqual(['x'])
  expect(index.search('c', north, { now: 0, limit: 1, floor: 0 })).toEqual([])
})

it('has no vector from the moment on that it expires', () => {
  const index = memoryVectorIndex()
  index.add('b', 'x', north, 100, { now: 0 })
  expect(idsNear(index, north, { now: 99 })).toEqual(['x'])
  expect(idsNear(index, north, { now: 100 })).toEqual([])
  index.add('b', 'late', north, 100, { now: 100 })
  expect(index.size).toBe(0)
})

it('sweeps what has expired while it is used, also where nobody searches', () => {
  const index = memoryVectorIndex()
  for (let n = 0; n < 100; n += 1) index.add('old', `${n}`, north, 100, { now: 0 })
  for (let n = 0; n < 100; n += 1) index.search('new', north, { now: 100, limit: 1, floor: 0 })
  expect(index.size).toBe(0)
})

it('puts a vector in the place of one with the same id', () => {
  const index = memoryVectorIndex()
  index.add('b', 'x', north, never, { now: 0 })
  index.add('b', 'x', east, 50, { now: 0 })
  expect(index.size).toBe(1)
  expect(idsNear(index, north)).toEqual([])
  expect(idsNear(index, east)).toEqual(['x'])
  expect(idsNear(index, east, { now: 50 })).toEqual([])
})

it('removes, and ignores what is not there', () => {
  const index = memoryVectorIndex()
  for (const id of ['x', 'y', 'z']) index.add('b', id, north, never, { now: 0 })
  index.remove('b', ['x', 'nobody'], { now: 0 })
  index.remove('nowhere', ['x'], { now: 0 })
  expect(idsNear(index, north).sort()).toEqual(['y', 'z'])
})

it('copies what it is given', () => {
  const index = memoryVectorIndex()
  const vector = Float32Array.of(0, 1)
  index.add('b', 'x', vector, never, { now: 0 })
  vector.set(east)
  expect(idsNear(index, north)).toEqual(['x'])
})

it('drops the oldest over all buckets when it is full, and a replaced one is young', () => {
  const index = memoryVectorIndex({ maxVectors: 2 })
  index.add('b', 'x', north, never, { now: 0 })
  index.add('c', 'y', north, never, { now: 0 })
  index.add('b', 'x', north, never, { now: 0 })
  index.add('b', 'z', north, never, { now: 0 })
  expect(index.size).toBe(2)
  expect(idsNear(index, north).sort()).toEqual(['x', 'z'])
  expect(index.search('c', north, { now: 0, limit: 1, floor: 0 })).toEqual([])
})

it('holds a vector without length near to nothing', () => {
  const index = memoryVectorIndex()
  index.add('b', 'x', north, never, { now: 0 })
  index.add('b', 'x', Float32Array.of(0, 0), never, { now: 0 })
  index.add('b', 'y', north, never, { now: 0 })
  expect(index.search('b', Float32Array.of(0, 0), { now: 0, limit: 5, floor: 0 })).toEqual([])
  expect(idsNear(index, north, { floor: 0 })).toEqual(['y'])
})

it('refuses what is no vector of the bucket', () => {
  const index = memoryVectorIndex()
  index.add('b', 'x', north, never, { now: 0 })
  const add = (vector: Float32Array) => () => index.add('b', 'y', vector, never, { now: 0 })
  expect(add(Float32Array.of(1, 2, 3))).toThrow(/add: the vectors of this bucket have 2 numbers, got 3/)
  expect(add(Float32Array.of(1, Number.NaN))).toThrow(/finite numbers/)
  expect(add(Float32Array.of(1, Number.POSITIVE_INFINITY))).toThrow(/finite numbers/)
  expect(add([0, 1] as never)).toThrow(/must be a Float32Array/)
  expect(() => idsNear(index, Float32Array.of(1))).toThrow(/search: the vectors of this bucket have 2 numbers, got 1/)
  expect(idsNear(index, north)).toEqual(['x'])
})

it('says what it is, and refuses wrong options', () => {
  expect(memoryVectorIndex().supports).toEqual({ approximate: true, persistent: false })
  expect(() => memoryVectorIndex({ maxVectors: 0 })).toThrow(/maxVectors must be an integer >= 1/)
  expect(() => memoryVectorIndex({ max: 1 } as object)).toThrow(/unknown option 'max'/)
})
