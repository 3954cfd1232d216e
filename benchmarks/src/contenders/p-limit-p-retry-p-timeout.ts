import pLimit from 'p-limit'
import pRetry from 'p-retry'
import pTimeout, { TimeoutError } from 'p-timeout'
import { type CreateContender, type Input, limits } from '../contender.ts'

/**
 * The three most used ones together; no breaker. A retry waits outside the limit, so it holds no slot. `fallback` spares
 * p-timeout the error that it would otherwise make ahead for every call.
 */
export const create: CreateContender = ({ tool, concurrency }) => {
  const limit = pLimit(concurrency)
  const retry = {
    retries: limits.attempts - 1,
    minTimeout: limits.backoff.base,
    maxTimeout: limits.backoff.max,
    randomize: true,
  }
  const fallback = () => {
    throw new TimeoutError('The call took too long')
  }
  const timeout = { milliseconds: limits.timeout, fallback }
  const attempt = (input: Input) => pTimeout(tool(input), timeout)
  return {
    call: (input) => pRetry(() => limit(attempt, input), retry),
    register: (input, signal) =>
      pRetry(() => limit(() => pTimeout(tool(input), { ...timeout, signal })), { ...retry, signal }),
  }
}
