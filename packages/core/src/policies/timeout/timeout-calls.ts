import { concat, defer, EMPTY, type MonoTypeOperatorFunction, Observable, takeUntil, tap, throwError } from 'rxjs'
import type { ToolError } from '../../errors/tool-error.ts'
import { checkKeys } from '../../options/check-option.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { nextLimitAt, reachedLimit, type TimeLimit, type TimeMarks } from './time-limits.ts'
import { timeoutError } from './timeout-error.ts'
import { resolveTimeout, type TimeoutPolicy, type TimeoutRules } from './timeout-policy.ts'

/** Where a {@link timeoutCalls} takes time from, and what its errors name. */
export interface TimeoutCallsOptions {
  readonly clock?: Clock | undefined
  /** Stands in `tool` of the errors; '' by default. */
  readonly name?: string | undefined
}

/**
 * Bounds each subscription to the source: `attempt` and `total` as a whole, however many values come in between, and
 * `idle` between values. When a limit is reached the source is unsubscribed, then the stream errors with a ToolError,
 * DEADLINE_EXCEEDED for `total` and TIMEOUT for the others. `grace` means nothing here.
 */
export function timeoutCalls<T>(
  policy: TimeoutPolicy | false,
  options: TimeoutCallsOptions = {},
): MonoTypeOperatorFunction<T> {
  const rules = resolveTimeout(policy, 'timeoutCalls')
  checkKeys('timeoutCalls', options, ['clock', 'name'])
  const { clock = systemClock, name = '' } = options
  const run = (source: Observable<T>): Observable<T> => {
    const start = clock.monotonic()
    const marks = { callStartedAt: start, attemptStartedAt: start, aliveAt: start }
    let failure: ToolError | undefined
    const alive = tap<T>(() => {
      marks.aliveAt = clock.monotonic()
    })
    const expire = tap<TimeLimit>((limit) => {
      failure = timeoutError(limit, rules, { tool: name, callId: '', attempts: 1, mayRepeat: true })
    })
    const end = defer(() => (failure === undefined ? EMPTY : throwError(() => failure)))
    // Part of a concat so that the source is released before anybody hears of the error.
    return concat(source.pipe(alive, takeUntil(limitOf(rules, marks, clock).pipe(expire))), end)
  }
  return (source) => defer(() => run(source))
}

/** Emits the first limit that is reached. One timer, set again only when it runs: values do not touch it. */
function limitOf(rules: TimeoutRules, marks: TimeMarks, clock: Clock): Observable<TimeLimit> {
  return new Observable((subscriber) => {
    let timer = arm()
    function arm(): { cancel(): void } | undefined {
      const waitMs = nextLimitAt(rules, marks) - clock.monotonic()
      return waitMs === Number.POSITIVE_INFINITY ? undefined : clock.setTimer(Math.max(0, waitMs), check)
    }
    function check(): void {
      const limit = reachedLimit(rules, marks, clock.monotonic())
      if (limit === undefined) timer = arm()
      else subscriber.next(limit)
    }
    return () => timer?.cancel()
  })
}
