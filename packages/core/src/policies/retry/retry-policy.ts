import type { ToolError } from '../../errors/tool-error.ts'
import { checkFunction, checkKeys, checkNumber, checkOneOf } from '../../options/check-option.ts'
import type { BackoffRules } from './backoff.ts'
import type { RetryBudgetRules } from './retry-budget.ts'

/** How failed attempts are repeated. Times in milliseconds. */
export interface RetryPolicy {
  /** Tries in all, the first included; 3. */
  readonly maxAttempts?: number | undefined
  /** The wait before a try, as options or as a function of the try that failed (the first is 1) and its error. */
  readonly backoff?: RetryBackoff | RetryDelay | undefined
  /**
   * Says whether an error is worth another try, instead of the default judgement. It is not asked where a repetition
   * is out of the question: the tool may not run twice, or a part of its output was delivered.
   */
  readonly retryOn?: ((error: ToolError) => boolean) | undefined
  /** Waits at least as long as the server asks, and gives up where it asks for more than a minute; true. */
  readonly respectRetryAfter?: boolean | undefined
  /** Bounds what retries add to the load of one key; `false` lifts the bound. */
  readonly budget?: Partial<RetryBudgetRules> | false | undefined
  /** Lets a tool be repeated that says neither `readOnlyHint` nor `idempotentHint`. */
  readonly idempotent?: 'accept-repeats' | undefined
}

/**
 * Options of the wait: `type` 'exponential', `base` 250, `factor` 2, `max` 30 s. `jitter` is 'decorrelated' for the
 * exponential type, and 'none' for the others unless it is given.
 */
export type RetryBackoff = Partial<BackoffRules>

/** Computes a wait in milliseconds. Negative and NaN count as 0, Infinity as no further try, and so does a throw. */
export type RetryDelay = (attempt: number, error: ToolError) => number

/** A retry policy with every default filled in. */
export interface RetryRules {
  readonly maxAttempts: number
  readonly backoff: BackoffRules | RetryDelay
  readonly retryOn: ((error: ToolError) => boolean) | undefined
  readonly respectRetryAfter: boolean
  readonly budget: RetryBudgetRules | undefined
  readonly acceptRepeats: boolean
}

const options = ['maxAttempts', 'backoff', 'retryOn', 'respectRetryAfter', 'budget', 'idempotent']

/** Checks a policy and fills in its defaults; throws a RangeError or TypeError that names the wrong option. */
export function resolveRetry(policy: RetryPolicy, where: string): RetryRules {
  checkKeys(where, policy, options)
  const { maxAttempts, backoff = {}, retryOn, respectRetryAfter, budget = {}, idempotent } = policy
  checkNumber(where, 'maxAttempts', maxAttempts, { min: 1, integer: true, infinite: true })
  checkFunction(where, 'retryOn', retryOn)
  checkOneOf(where, 'respectRetryAfter', respectRetryAfter, [true, false])
  checkOneOf(where, 'idempotent', idempotent, ['accept-repeats'])
  return {
    maxAttempts: maxAttempts ?? 3,
    backoff: typeof backoff === 'function' ? backoff : resolveBackoff(backoff, `${where}.backoff`),
    retryOn,
    respectRetryAfter: respectRetryAfter ?? true,
    budget: budget === false ? undefined : resolveBudget(budget, `${where}.budget`),
    acceptRepeats: idempotent !== undefined,
  }
}

function resolveBackoff(backoff: RetryBackoff, where: string): BackoffRules {
  checkKeys(where, backoff, ['type', 'base', 'factor', 'max', 'jitter'])
  const { type = 'exponential', base = 250, factor = 2, max = 30_000 } = backoff
  const { jitter = type === 'exponential' ? 'decorrelated' : 'none' } = backoff
  checkOneOf(where, 'type', type, ['exponential', 'linear', 'constant'])
  checkOneOf(where, 'jitter', jitter, ['decorrelated', 'full', 'none'])
  checkNumber(where, 'base', base, { min: 0 })
  checkNumber(where, 'factor', factor, { min: 1 })
  checkNumber(where, 'max', max, { min: 0 })
  return { type, base, factor, max, jitter }
}

function resolveBudget(budget: Partial<RetryBudgetRules>, where: string): RetryBudgetRules {
  checkKeys(where, budget, ['ratio', 'minConcurrent', 'windowMs'])
  const { ratio = 0.2, minConcurrent = 3, windowMs = 10_000 } = budget
  checkNumber(where, 'ratio', ratio, { min: 0 })
  checkNumber(where, 'minConcurrent', minConcurrent, { min: 0, integer: true })
  checkNumber(where, 'windowMs', windowMs, { min: 1 })
  return { ratio, minConcurrent, windowMs }
}
