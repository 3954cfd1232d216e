import type { VectorIndex, VectorMatch } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './good.ts'

/** One that gives matches otherwise than they are. */
const giving = (change: (matches: readonly VectorMatch[]) => readonly VectorMatch[]) =>
  broken((good) => ({ search: (...of) => change(good.search(...of)) }))

const rescaled = (change: (similarity: number) => number) =>
  giving((matches) => matches.map(({ id, similarity }) => ({ id, similarity: change(similarity) })))

/** By the sentence that they break. */
export const brokenSearchIndexes: BrokenStores<VectorIndex> = {
  'search gives the nearest first, each with the cosine as its similarity': {
    'gives the farthest first': giving((matches) => matches.toReversed()),
    'tells distances': rescaled((similarity) => 1 - similarity),
    'has another scale': rescaled((similarity) => (1 + similarity) / 2),
    'sorts by id': giving((matches) => matches.toSorted((a, b) => (a.id < b.id ? -1 : 1))),
  },
  'the lengths of vectors do not count': {
    'takes the product for the cosine': broken((good) => {
      const lengths = new Map<string, number>()
      return {
        add(bucket, id, vector, ...of) {
          lengths.set(id, Math.hypot(...vector))
          good.add(bucket, id, vector, ...of)
        },
        search: (bucket, vector, options) =>
          good.search(bucket, vector, options).map(({ id, similarity }) => ({
            id,
            similarity: similarity * (lengths.get(id) ?? 1) * Math.hypot(...vector),
          })),
      }
    }),
  },
  'a similarity is never below 0 or above 1: an opposite vector has 0': {
    'rounds up': rescaled((similarity) => (similarity > 0.999 ? 1.000_000_1 : similarity)),
    'takes opposite vectors for near ones': rescaled((similarity) => (similarity === 0 ? 0.9 : similarity)),
    'goes below 0': rescaled((similarity) => similarity - 0.01),
  },
  'search gives nothing below the floor, and what is at it': {
    'ignores the floor': broken((good) => ({
      search: (bucket, vector, options) => good.search(bucket, vector, { ...options, floor: 0 }),
    })),
    'leaves out what is at the floor': broken((good) => ({
      search: (bucket, vector, options) =>
        good.search(bucket, vector, options).filter(({ similarity }) => similarity > options.floor),
    })),
  },
  'search gives at most limit vectors, the nearest of all': {
    'ignores the limit': broken((good) => ({
      search: (bucket, vector, options) => good.search(bucket, vector, { ...options, limit: 1_000 }),
    })),
    'gives the first that it finds': broken((good) => ({
      search: (bucket, vector, options) =>
        good
          .search(bucket, vector, { ...options, limit: 1_000 })
          .toReversed()
          .slice(0, options.limit),
    })),
    'gives ten at most': giving((matches) => matches.slice(0, 10)),
  },
  'a vector without length is near to nothing, whether it is kept or searched': {
    'finds it at 0': broken((good) => ({
      search: (bucket, vector, options) =>
        good.search(bucket, vector.some(Boolean) ? vector : vector.map((_, index) => (index === 3 ? 1 : 0)), options),
    })),
    'keeps it as any other': broken((good) => ({
      add(bucket, id, vector, ...of) {
        good.add(bucket, id, vector.some(Boolean) ? vector : vector.map((_, index) => (index === 3 ? 1 : 0)), ...of)
      },
    })),
  },
  'a search in a bucket without vectors finds nothing': {
    'finds a placeholder': giving((matches) => (matches.length > 0 ? matches : [{ id: '', similarity: 0 }])),
  },
  'an exact index finds what a look at every vector finds': {
    'says that it is exact and looks at half of them': broken((good) => {
      const seen = new Set<string>()
      return {
        add(bucket, id, ...of) {
          if (seen.size < 150) good.add(bucket, id, ...of)
          seen.add(id)
        },
      }
    }),
  },
  'an approximate index finds nine of ten vectors that are near': {
    'misses every fifth': broken((good) => ({
      supports: { approximate: true, persistent: false },
      search: (...of) => good.search(...of).filter(({ id }) => Number(id) % 5 > 0),
    })),
    'tells rough similarities': broken((good) => ({
      supports: { approximate: true, persistent: false },
      search: (...of) =>
        good.search(...of).map(({ id, similarity }) => ({ id, similarity: Math.round(similarity * 20) / 20 })),
    })),
  },
}
