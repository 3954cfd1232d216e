import { type MonoTypeOperatorFunction, Observable } from 'rxjs'
import { checkKeys } from '../../options/check-option.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { HedgePlan } from './hedge-plan.ts'
import { type HedgePolicy, resolveHedge } from './hedge-policy.ts'
import { HedgeState } from './hedge-state.ts'
import { HedgedRuns } from './hedged-runs.ts'

/** Where {@link hedgeCalls} takes time from. */
export interface HedgeCallsOptions {
  readonly clock?: Clock | undefined
}

/**
 * Subscribes to the source once more while it is slow to give its first value, or at once when it errors; the first
 * subscription that emits or completes wins, its values pass, the others are unsubscribed before. An error waits while
 * another subscription runs; when all have failed, the first error passes on unchanged. Putting this operator on a
 * source says that the source may run more than once. All subscriptions to what one call of `hedgeCalls` gives share
 * what is known of latency, which is the time to the first value, and one budget. `false` leaves the source as it is.
 */
export function hedgeCalls<T>(
  policy: HedgePolicy | false,
  options: HedgeCallsOptions = {},
): MonoTypeOperatorFunction<T> {
  const rules = resolveHedge(policy, 'hedgeCalls')
  checkKeys('hedgeCalls', options, ['clock'])
  const { clock = systemClock } = options
  const state = new HedgeState()
  if (rules === undefined) return (source) => source
  return (source) =>
    new Observable((subscriber) => {
      const runs = new HedgedRuns({ source, subscriber, plan: new HedgePlan(rules, state), clock })
      subscriber.add(() => runs.end())
      runs.start()
    })
}
