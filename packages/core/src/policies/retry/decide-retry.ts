import { isChildFailure } from '../../errors/execution-error.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { backoffDelay } from './backoff.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { RetryRules } from './retry-policy.ts'

/** What is known when an attempt has failed. */
export interface RetryInput {
  readonly error: ToolError
  /** The number of the attempt that failed; the first is 1. */
  readonly attempt: number
  /** The wait before that attempt; 0 where there was none. */
  readonly previousDelayMs: number
  /** What is left until the deadline; Infinity without one. */
  readonly remainingMs: number
  /** The tool may run twice: by its hints, or because repeats are accepted. */
  readonly mayRepeat: boolean
  /** A part of the output was delivered. */
  readonly committed: boolean
  readonly random: () => number
  readonly budget: RetryBudget | undefined
  /** Milliseconds by the clock of the budget. */
  readonly nowMs: number
}

/** Another try after `delayMs`, or none. `budgetSpent`: it was the budget that refused it. */
export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly retryAfterMs?: number; readonly budgetSpent?: true }

/** A server that asks for a longer wait is not waited for. */
const longestRetryAfterMs = 60_000
const final: RetryDecision = { retry: false }
const spent: RetryDecision = { retry: false, budgetSpent: true }

/**
 * Decides whether a failed attempt is tried again. A wait is at least what the server asks for; when that is over a
 * minute or reaches the deadline, the answer is no at once, with the server's value. A yes has taken a retry out of
 * the budget, which wants to be told when it ends.
 *
 * Without `retryOn`, a TIMEOUT and an EXECUTION_FAILED that is retryable are tried again. Failures of child calls never
 * are: the child's own policy has dealt with them.
 */
export function decideRetry(rules: RetryRules, input: RetryInput): RetryDecision {
  const { error, attempt, budget } = input
  if (attempt >= rules.maxAttempts || !isRepeatable(input) || !isWorthIt(rules, error)) return final
  const wanted = wantedDelay(rules, input)
  const asked = rules.respectRetryAfter ? error.retryAfterMs : undefined
  if (asked !== undefined && (asked > longestRetryAfterMs || asked >= input.remainingMs)) {
    return { retry: false, retryAfterMs: asked }
  }
  const delayMs = asked === undefined ? wanted : Math.max(wanted, asked)
  // A try that the deadline forestalls is only a slower failure. Infinity, from a function, is no try either.
  if (delayMs === Number.POSITIVE_INFINITY || delayMs >= input.remainingMs) return final
  if (budget !== undefined && !budget.tryRetry(input.nowMs)) return spent
  return { retry: true, delayMs }
}

function isRepeatable({ error, mayRepeat, committed }: RetryInput): boolean {
  if (committed || isChildFailure(error)) return false
  return mayRepeat || error.details.notSent === true
}

function isWorthIt({ retryOn }: RetryRules, error: ToolError): boolean {
  if (retryOn === undefined) return error.code === 'TIMEOUT' || (error.code === 'EXECUTION_FAILED' && error.retryable)
  try {
    // A promise, which is what an async function gives, is no yes.
    const answer: unknown = retryOn(error)
    return answer === true
  } catch {
    // The caller gets the error of the tool, not that of the judge of it.
    return false
  }
}

function wantedDelay({ backoff }: RetryRules, { attempt, previousDelayMs, random, error }: RetryInput): number {
  if (typeof backoff !== 'function') return backoffDelay(backoff, attempt, previousDelayMs, random)
  try {
    const delay: unknown = backoff(attempt, error)
    return typeof delay === 'number' && delay > 0 ? delay : 0
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
