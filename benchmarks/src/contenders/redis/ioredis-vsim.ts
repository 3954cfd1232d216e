import { Redis } from 'ioredis'
import type { CreateContender } from '../../contender.ts'
import { startRedisServer } from '../../measure/redis-server.ts'

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer.slice(byteOffset, byteOffset + byteLength))

/** VSIM and nothing else: no vector ever expires. */
export const create: CreateContender = () => ({
  index: async (vectors) => {
    const redis = new Redis(await startRedisServer(), { protocol: 2 })
    let place = 0
    let adding: unknown[] = []
    for (const vector of vectors) {
      adding.push(redis.call('VADD', 'set', 'FP32', bytesOf(vector), String(place++), 'Q8'))
      if (adding.length === 20) adding = [void (await Promise.all(adding))]
    }
    await Promise.all(adding)
    return async (vector, floor) => {
      const reply = await redis.call('VSIM', 'set', 'FP32', bytesOf(vector), 'WITHSCORES', 'COUNT', 1)
      const [id, score] = reply as readonly string[]
      return 2 * Number(score) - 1 < floor ? undefined : Number(id)
    }
  },
})
