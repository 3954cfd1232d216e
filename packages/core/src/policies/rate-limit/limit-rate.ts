import { identity, type MonoTypeOperatorFunction, Observable, takeWhile } from 'rxjs'
import { checkKeys, checkNumber } from '../../options/check-option.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { PacedValues } from './paced-values.ts'
import { type RateLimitPolicy, resolveRateLimit } from './rate-limit-policy.ts'
import { createRateRequests } from './rate-requests.ts'
import { RateTable } from './rate-table.ts'

/** How {@link limitRate} lets values wait. */
export interface LimitRateOptions {
  readonly clock?: Clock | undefined
  /** Values of one subscription that may wait; 1,000 by default. */
  readonly queue?: number | undefined
  /** Stands in `tool` of the errors; 'limitRate' by default. */
  readonly name?: string | undefined
}

/** Names whose limits are remembered, where the policy has a `key` function. */
const mostKeys = 10_000

/**
 * Lets values through in their order and no faster than a rate limit allows. Mode 'delay' holds a value until it fits;
 * those that wait are buffered, and one more than `queue` errors the stream with QUEUE_FULL. Mode 'reject' errors it
 * with RATE_LIMITED instead, and says when the value would have fitted. Of several limits, the one that stands in the
 * way longest decides. The `key` and `weight` functions of the policy are given the value.
 *
 * All subscriptions to what one call of `limitRate` gives share its limits; each has a queue of its own. An error of
 * the source passes at once and drops what waits; completion follows the last value. Unsubscribing ends the wait.
 */
export function limitRate<T>(
  policy: RateLimitPolicy<T> | false,
  options: LimitRateOptions = {},
): MonoTypeOperatorFunction<T> {
  checkKeys('limitRate', options, ['clock', 'queue', 'name'])
  const { clock = systemClock, queue = 1000, name = 'limitRate' } = options
  checkNumber('limitRate', 'queue', queue, { min: 0, integer: true, infinite: true })
  const rules = resolveRateLimit(policy, 'limitRate')
  if (rules === undefined) return identity
  const parts = { askOf: createRateRequests(rules, name), rates: new RateTable(mostKeys), clock, queue, name }
  return (source) =>
    new Observable<T>((subscriber) => {
      const values = new PacedValues<T>(subscriber, parts)
      subscriber.add(() => values.stop())
      // A source that gives everything at once has to be stopped in the middle of it.
      const open = source.pipe(takeWhile(() => !subscriber.closed))
      subscriber.add(open.subscribe(values))
    })
}
