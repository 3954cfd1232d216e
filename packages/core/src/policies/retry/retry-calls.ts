import { defer, finalize, type MonoTypeOperatorFunction, Observable, retry, tap, throwError } from 'rxjs'
import { executionError } from '../../errors/execution-error.ts'
import { isToolError, type ToolError } from '../../errors/tool-error.ts'
import { checkKeys } from '../../options/check-option.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { decideRetry } from './decide-retry.ts'
import { RetryBudget } from './retry-budget.ts'
import { type RetryPolicy, resolveRetry } from './retry-policy.ts'

/** Where {@link retryCalls} takes time and chance from. */
export interface RetryCallsOptions {
  readonly clock?: Clock | undefined
  /** Gives numbers from 0 to 1; Math.random by default. */
  readonly random?: (() => number) | undefined
}

/**
 * Subscribes to the source again when it errors, after the waits and within the limits of a retry policy. A source
 * that has emitted is not subscribed to again, as that would send its values twice. Errors pass unchanged; to be
 * judged they are read as a tool's. Putting this operator on a source says that the source may run more than once.
 * All subscriptions to what one call of `retryCalls` gives share one budget; unsubscribing ends a wait.
 */
export function retryCalls<T>(policy: RetryPolicy, options: RetryCallsOptions = {}): MonoTypeOperatorFunction<T> {
  const rules = resolveRetry(policy, 'retryCalls')
  checkKeys('retryCalls', options, ['clock', 'random'])
  const { clock = systemClock, random = Math.random } = options
  const budget = rules.budget && new RetryBudget(rules.budget)
  const run = (source: Observable<T>): Observable<T> => {
    let committed = false
    let granted = false
    let ended = false
    let previousDelayMs = 0
    const endRetry = (): void => {
      if (granted) budget?.retryEnded()
      granted = false
    }
    const delay = (thrown: unknown, attempt: number): Observable<unknown> => {
      endRetry()
      const error = asToolError(thrown, attempt, clock.now())
      const known = {
        error,
        attempt,
        previousDelayMs,
        committed,
        remainingMs: Number.POSITIVE_INFINITY,
        mayRepeat: true,
      }
      const decision = decideRetry(rules, { ...known, random, budget, nowMs: clock.monotonic() })
      if (!decision.retry) return throwError(() => thrown)
      granted = true
      // a function of the policy may have unsubscribed
      if (ended) endRetry()
      previousDelayMs = decision.delayMs
      return wait(clock, decision.delayMs)
    }
    budget?.attempt(clock.monotonic())
    const commit = tap<T>(() => {
      committed = true
    })
    return source.pipe(
      commit,
      retry({ count: Number.POSITIVE_INFINITY, delay, resetOnSuccess: false }),
      finalize(() => {
        ended = true
        endRetry()
      }),
    )
  }
  return (source) => defer(() => run(source))
}

function asToolError(thrown: unknown, attempts: number, now: number): ToolError {
  return isToolError(thrown) ? thrown : executionError(thrown, { tool: '', callId: '', attempts, now })
}

/** Emits once, as `retry` needs it: a notifier that only completes would lose the error. */
function wait(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) => {
    const timer = clock.setTimer(ms, () => subscriber.next())
    return () => timer.cancel()
  })
}
