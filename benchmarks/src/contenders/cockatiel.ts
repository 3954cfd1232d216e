import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  type IPolicy,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'
import { type CreateContender, limits, type Workload } from '../contender.ts'

/** All four policies in one `wrap`. The timeout is aggressive: like ours it settles the call whether or not the tool obeys. */
export const create: CreateContender = (workload) => createCockatiel(workload, true)

/** Retry, breaker, bulkhead and timeout; without `abortOnReturn` the signal of an ended call is left alone, which saves the abort on every success. */
export function createPolicies(
  { concurrency, queue }: Pick<Workload, 'concurrency' | 'queue'>,
  abortOnReturn: boolean,
): IPolicy {
  return wrap(
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
}

/** A contender with these policies around its tool. */
export function createCockatiel(workload: Workload, abortOnReturn: boolean): ReturnType<CreateContender> {
  const { tool } = workload
  const policy = createPolicies(workload, abortOnReturn)
  return {
    call: (input) => policy.execute(() => tool(input)),
    register: (input, signal) => policy.execute(() => tool(input), signal),
  }
}
