import { Observable, type ObservableInput, type OperatorFunction, takeWhile } from 'rxjs'
import { checkFunction, checkKeys } from '../../options/check-option.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { type ConcurrencyPolicy, resolveConcurrency } from './concurrency-policy.ts'
import { LimitedRuns } from './limited-runs.ts'

type QueueOptions = Pick<ConcurrencyPolicy, 'max' | 'queue' | 'overflow' | 'queueTimeout'>

/** How {@link limitConcurrency} lets values wait. */
export interface LimitConcurrencyOptions<T> extends QueueOptions {
  /** Higher starts first; 0 by default. A second of waiting counts as one. */
  readonly priority?: (value: T) => number
  /** Values of different sessions take turns inside a priority. */
  readonly session?: (value: T) => string | undefined
  readonly clock?: Clock
}

/**
 * A `mergeMap` with a bounded queue: at most `max` (10) inner streams run at once, at most `queue` (1,000) values wait,
 * by priority and in turns over sessions. A value too many errors the stream with QUEUE_FULL, or with
 * `overflow: 'drop-oldest'` takes the place of the one that waited longest; a value that waits longer than
 * `queueTimeout` errors it with QUEUE_TIMEOUT. The next inner stream starts after the teardown of the one that ended;
 * those that end at once never recurse. Each subscription has a queue of its own; unsubscribing ends all that run and
 * forgets all that wait.
 */
export function limitConcurrency<T, R>(
  project: (value: T, index: number) => ObservableInput<R>,
  options: LimitConcurrencyOptions<T> = {},
): OperatorFunction<T, R> {
  const { priority, session, clock = systemClock, ...policy } = options
  checkKeys('limitConcurrency', policy, ['max', 'queue', 'overflow', 'queueTimeout'])
  checkFunction('limitConcurrency', 'priority', priority)
  checkFunction('limitConcurrency', 'session', session)
  const rules = resolveConcurrency(policy, 'limitConcurrency')
  return (source) =>
    new Observable<R>((subscriber) => {
      const runs = new LimitedRuns<T, R>({ subscriber, project, rules, clock, priority, session })
      subscriber.add(runs.all)
      // A source that gives everything at once has to be stopped in the middle of it.
      const open = source.pipe(takeWhile(() => !subscriber.closed))
      subscriber.add(open.subscribe(runs))
    })
}
