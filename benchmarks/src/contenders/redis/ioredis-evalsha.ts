import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import type { CreateContender } from '../../contender.ts'
import { startRedisServer } from '../../measure/redis-server.ts'

const script = "return redis.call('GET', KEYS[1])"
const sha = createHash('sha1').update(script).digest('hex')

/** Two scripts by their names, each of one GET. */
export const create: CreateContender = () => {
  const opened = startRedisServer().then(async ({ url }) => {
    const redis = new Redis(url)
    await redis.set('key', 'closed')
    await redis.eval(script, 1, 'key')
    return redis
  })
  return {
    call: async () => {
      const redis = await opened
      await redis.evalsha(sha, 1, 'key')
      return redis.evalsha(sha, 1, 'key')
    },
  }
}
