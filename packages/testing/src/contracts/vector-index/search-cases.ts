import type { VectorIndex } from '@headrace/core'
import { createSeededRandom } from '../../seeded-random.ts'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { needs } from '../trial.ts'
import {
  anyVector,
  atCosine,
  axis,
  cosineOf,
  dimensions,
  holdMatches,
  nearTo,
  openBucket,
  scaled,
  toleranceOf,
} from './bucket.ts'

/** What is found. */
export const searchCases: readonly ContractCase<VectorIndex>[] = [
  {
    name: 'search gives the nearest first, each with the cosine as its similarity',
    async run(trial) {
      const { add, search } = openBucket(trial)
      const cosines = [0.5, 1, 0.1, 0.95, 0.8]
      for (const [index, cosine] of cosines.entries()) await add(`at ${cosine}`, atCosine(cosine, index + 1))
      const expected = cosines.toSorted((a, b) => b - a).map((cosine) => [`at ${cosine}`, cosine] as const)
      holdMatches(trial, await search(axis(0)), expected)
    },
  },
  {
    name: 'the lengths of vectors do not count',
    async run(trial) {
      const { add, search } = openBucket(trial)
      await add('long', scaled(atCosine(0.9), 500))
      await add('short', scaled(atCosine(0.7, 2), 0.002))
      for (const length of [0.001, 1, 1_000]) {
        holdMatches(trial, await search(scaled(axis(0), length)), [
          ['long', 0.9],
          ['short', 0.7],
        ])
      }
    },
  },
  {
    name: 'a similarity is never below 0 or above 1: an opposite vector has 0',
    async run(trial) {
      const { add, search } = openBucket(trial)
      const random = createSeededRandom(1)
      const vectors = Array.from({ length: 30 }, () => anyVector(random))
      for (const [index, vector] of vectors.entries()) await add(`${index}`, vector)
      const all = await Promise.all(vectors.map((vector) => search(vector, { limit: 30 })))
      const wrong = all.flat().filter(({ similarity }) => !(similarity >= 0 && similarity <= 1))
      holdEqual(wrong, [], 'matches with a similarity outside 0..1')
      const opposite = openBucket(trial)
      await opposite.add('opposite', atCosine(-0.9))
      const found = await opposite.search(axis(0))
      holdEqual(
        found.filter(({ similarity }) => similarity !== 0),
        [],
        'matches that have a similarity although they are opposite',
      )
    },
  },
  {
    name: 'search gives nothing below the floor, and what is at it',
    async run(trial) {
      const { add, search, find } = openBucket(trial)
      for (const [index, cosine] of [0.95, 0.85, 0.6].entries()) await add(`at ${cosine}`, atCosine(cosine, index + 1))
      for (const [floor, ids] of [
        [0.9, ['at 0.95']],
        [0.7, ['at 0.95', 'at 0.85']],
        [0.99, []],
      ] as const) {
        holdEqual(await find(axis(0), { floor }), ids, `what is found with the floor ${floor}`)
      }
      const { similarity = 0 } = (await search(axis(0)))[1] ?? {}
      holdEqual(
        await find(axis(0), { floor: similarity }),
        ['at 0.95', 'at 0.85'],
        'what is found with the similarity of the second as floor',
      )
    },
  },
  {
    name: 'search gives at most limit vectors, the nearest of all',
    async run(trial) {
      const { add, find } = openBucket(trial)
      for (let index = 1; index <= 12; index += 1) await add(`${index}`, atCosine(1 - index * 0.05, index))
      for (const limit of [1, 3, 12, 100]) {
        const ids = Array.from({ length: Math.min(12, limit) }, (_, index) => `${index + 1}`)
        holdEqual(await find(axis(0), { limit }), ids, `what is found with the limit ${limit}`)
      }
    },
  },
  {
    name: 'a vector without length is near to nothing, whether it is kept or searched',
    async run(trial) {
      const { add, find } = openBucket(trial)
      const nothing = new Float32Array(dimensions)
      await add('some', axis(0))
      await add('nothing', nothing)
      holdEqual(await find(axis(0)), ['some'], 'what is found')
      holdEqual(await find(nothing), [], 'what is found near to a vector without length')
    },
  },
  {
    name: 'a search in a bucket without vectors finds nothing',
    async run(trial) {
      const { add, find, remove } = openBucket(trial)
      holdEqual(await find(axis(0)), [], 'what is found in a bucket that never had one')
      await add('a', axis(0))
      await remove('a')
      holdEqual(await find(axis(0)), [], 'what is found in a bucket whose only one was removed')
    },
  },
  {
    name: 'an exact index finds what a look at every vector finds',
    async run(trial) {
      needs(!trial.store.supports.approximate, 'the index is approximate')
      const { add, search } = openBucket(trial)
      const random = createSeededRandom(2)
      const vectors = Array.from({ length: 300 }, () => anyVector(random))
      for (const [index, vector] of vectors.entries()) await add(`${index}`, vector)
      for (let count = 0; count < 20; count += 1) {
        const wanted = anyVector(random)
        const nearest = vectors
          .map((vector, index) => [`${index}`, cosineOf(vector, wanted)] as const)
          .toSorted(([, a], [, b]) => b - a)
          .slice(0, 5)
        holdMatches(trial, await search(wanted, { limit: 5 }), nearest)
      }
    },
  },
  {
    name: 'an approximate index finds nine of ten vectors that are near',
    async run(trial) {
      needs(trial.store.supports.approximate, 'the index is exact')
      const { add, search } = openBucket(trial)
      const random = createSeededRandom(3)
      const vectors = Array.from({ length: 400 }, () => anyVector(random))
      for (const [index, vector] of vectors.entries()) await add(`${index}`, vector)
      let found = 0
      for (const [index, vector] of vectors.slice(0, 100).entries()) {
        const wanted = nearTo(vector, random)
        const [match] = await search(wanted, { limit: 1, floor: 0.9 })
        if (match?.id !== `${index}`) continue
        found += 1
        const off = Math.abs(match.similarity - cosineOf(vector, wanted))
        hold(off <= toleranceOf(trial.store), 'a similarity is off by a hundredth at most', off)
      }
      hold(found >= 90, 'of 100 vectors 90 are found', found)
    },
  },
]
