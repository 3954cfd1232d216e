import CircuitBreaker from 'opossum'
import pRetry from 'p-retry'
import { type CreateContender, limits } from '../contender.ts'

/**
 * Breaker, capacity and timeout of opossum, retry of p-retry. Above its capacity opossum rejects: nothing waits. Snapshots
 * and percentiles are off, as its documentation advises where nobody reads them.
 */
export const create: CreateContender = ({ tool, concurrency }) => {
  const breaker = new CircuitBreaker(tool, {
    capacity: concurrency,
    timeout: limits.timeout,
    resetTimeout: limits.breaker.openFor,
    errorThresholdPercentage: 50,
    volumeThreshold: 10,
    enableSnapshots: false,
    rollingPercentilesEnabled: false,
  })
  const retry = {
    retries: limits.attempts - 1,
    minTimeout: limits.backoff.base,
    maxTimeout: limits.backoff.max,
    randomize: true,
  }
  return { call: (input) => pRetry(() => breaker.fire(input), retry) }
}
