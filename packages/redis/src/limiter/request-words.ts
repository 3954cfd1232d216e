import type { LimitRequest } from '@headrace/core'
import type { RedisArgument } from '../client/redis-client.ts'

/** Stands for Infinity, and bounds the life of keys; 300 years. */
const longestMs = 1e13

/** A request as the script reads it. Throws a RangeError for what could never be granted. */
export function requestWords(request: LimitRequest): readonly RedisArgument[] {
  if (request.kind === 'concurrency') {
    const { key, max, leaseMs } = request
    if (!(max >= 1 && leaseMs > 0)) {
      throw new RangeError(`The permit request '${key}' can never be granted: max ${max}, leaseMs ${leaseMs}`)
    }
    return ['permit', Math.min(longestMs, max), Math.min(longestMs, leaseMs), JSON.stringify(key)]
  }
  const { key, limit, perMs, burst, weight, algorithm } = request
  const isWindow = algorithm === 'sliding-window'
  const numbers = [limit, perMs, weight]
  const isPossible = numbers.every((one) => one > 0 && Number.isFinite(one)) && weight <= (isWindow ? limit : burst)
  if (isPossible) return [isWindow ? 'window' : 'bucket', limit, perMs, Math.min(longestMs, burst), weight]
  const rate = `limit ${limit}, perMs ${perMs}, burst ${burst}`
  throw new RangeError(`The rate request '${key}' can never be granted: weight ${weight} of ${rate}`)
}
