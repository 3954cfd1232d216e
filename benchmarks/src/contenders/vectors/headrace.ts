import { memoryVectorIndex } from '@headrace/core'
import type { CreateContender } from '../../contender.ts'

const bucket = 'bucket'
const now = 0
const never = Number.MAX_SAFE_INTEGER

/** The index that core has for one process. */
export const create: CreateContender = () => ({
  index: async (vectors, count) => {
    const index = memoryVectorIndex({ maxVectors: count })
    let place = 0
    for (const vector of vectors) index.add(bucket, String(place++), vector, never, { now })
    return (vector, floor) => {
      const [match] = index.search(bucket, vector, { now, limit: 1, floor })
      return match === undefined ? undefined : Number(match.id)
    }
  },
})
