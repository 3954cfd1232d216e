import { openRedis } from '@headrace/redis'
import { redisVectorIndex } from '@headrace/redis/cache'
import type { CreateContender } from '../../contender.ts'
import { bucket } from '../../measure/filled-redis.ts'

/** The index that processes share, in vector sets. */
export const create: CreateContender = () => ({
  searchIn: async (url) => {
    const index = redisVectorIndex({ client: openRedis({ url, commandTimeoutMs: 5_000 }) })
    return async (vector, floor) => {
      const [match] = await index.search(bucket, vector, { now: Date.now(), limit: 1, floor })
      return match === undefined ? undefined : Number(match.id)
    }
  },
})
