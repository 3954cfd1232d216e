import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'
import { type CreateContender, limits, type Workload } from '../contender.ts'

/** All four policies in one `wrap`. The timeout is aggressive: like ours it settles the call whether or not the tool obeys. */
export const create: CreateContender = (workload) => createCockatiel(workload, true)

/** The same; `abortOnReturn: false` leaves the signal of an ended call alone, which saves the abort on every success. */
export function createCockatiel(
  { tool, concurrency, queue }: Workload,
  abortOnReturn: boolean,
): ReturnType<CreateContender> {
  const policy = wrap(
    retry(handleAll, {
      maxAttempts: limits.attempts - 1,
      backoff: new ExponentialBackoff({ initialDelay: limits.backoff.base, maxDelay: limits.backoff.max }),
    }),
    circuitBreaker(handleAll, {
      halfOpenAfter: limits.breaker.openFor,
      breaker: new ConsecutiveBreaker(limits.breaker.consecutiveFailures),
    }),
    bulkhead(concurrency, queue),
    timeout(limits.timeout, { strategy: TimeoutStrategy.Aggressive, abortOnReturn }),
  )
  return {
    call: (input) => policy.execute(() => tool(input)),
    register: (input, signal) => policy.execute(() => tool(input), signal),
  }
}
