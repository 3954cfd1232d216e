import { openRedis } from '@headrace/redis'
import { redisVectorIndex } from '@headrace/redis/cache'
import type { CreateContender } from '../../contender.ts'
import { startRedisServer } from '../../measure/redis-server.ts'

const bucket = 'bucket'
const hourMs = 3_600_000
const atOnce = 20

/** The index that processes share, in vector sets. */
export const create: CreateContender = () => ({
  index: async (vectors) => {
    const client = openRedis({ url: await startRedisServer(), commandTimeoutMs: 5_000 })
    const index = redisVectorIndex({ client })
    let place = 0
    let adding: unknown[] = []
    for (const vector of vectors) {
      adding.push(index.add(bucket, String(place++), vector, Date.now() + hourMs, { now: Date.now() }))
      if (adding.length === atOnce) adding = [void (await Promise.all(adding))]
    }
    await Promise.all(adding)
    return async (vector, floor) => {
      const [match] = await index.search(bucket, vector, { now: Date.now(), limit: 1, floor })
      return match === undefined ? undefined : Number(match.id)
    }
  },
})
