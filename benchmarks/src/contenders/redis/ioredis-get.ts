import { Redis } from 'ioredis'
import type { CreateContender } from '../../contender.ts'
import { startRedisServer } from '../../measure/redis-server.ts'

/** GET and nothing else: the text stays as it is. */
export const create: CreateContender = () => ({
  hits: async (results) => {
    const { url } = await startRedisServer()
    const redis = new Redis(url)
    for (const [page, result] of results.entries()) await redis.set(`page:${page}`, JSON.stringify(result))
    return (page) => redis.get(`page:${page}`)
  },
})
