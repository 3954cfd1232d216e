import PQueue from 'p-queue'
import pRetry from 'p-retry'
import { type CreateContender, limits } from '../contender.ts'

/** Concurrency, timeout and retry; no breaker. A retry waits outside the queue, so it holds no slot. */
export const create: CreateContender = ({ tool, concurrency }) => {
  const queue = new PQueue({ concurrency, timeout: limits.timeout })
  const retry = {
    retries: limits.attempts - 1,
    minTimeout: limits.backoff.base,
    maxTimeout: limits.backoff.max,
    randomize: true,
  }
  return { call: (input) => pRetry(() => queue.add(() => tool(input)), retry) }
}
