import { Redis } from 'ioredis'
import type { CreateContender } from '../../contender.ts'

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer.slice(byteOffset, byteOffset + byteLength))

/** VSIM and nothing else: whether a vector has expired is not looked at. */
export const create: CreateContender = () => ({
  searchIn: async (url) => {
    const redis = new Redis(url, { protocol: 2 })
    const [, keys] = (await redis.call('SCAN', '0', 'TYPE', 'vectorset', 'COUNT', 1_000)) as [string, readonly string[]]
    const [set, ...others] = keys
    if (set === undefined || others.length > 0) throw new Error('There is not one vector set on the server')
    return async (vector, floor) => {
      const reply = await redis.call('VSIM', set, 'FP32', bytesOf(vector), 'WITHSCORES', 'COUNT', 1)
      const [id = '""', score] = reply as readonly string[]
      return 2 * Number(score) - 1 < floor ? undefined : Number(id.slice(1, -1))
    }
  },
})
