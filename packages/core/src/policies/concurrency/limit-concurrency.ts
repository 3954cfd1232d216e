import {
  from,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type Subscriber,
  Subscription,
  takeWhile,
} from 'rxjs'
import { ToolError } from '../../errors/tool-error.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { type ConcurrencyPolicy, type ConcurrencyRules, resolveConcurrency } from './concurrency-policy.ts'
import { Gate } from './gate.ts'
import { GlobalGate } from './global-gate.ts'
import { Waiter, type WaiterOwner } from './waiter.ts'

/** How {@link limitConcurrency} lets values wait. */
export interface LimitConcurrencyOptions<T> extends Pick<ConcurrencyPolicy, 'max' | 'queue' | 'overflow'> {
  /** Higher starts first; 0 by default. */
  readonly priority?: (value: T) => number
  /** Values of different sessions take turns inside a priority. */
  readonly session?: (value: T) => string | undefined
  readonly clock?: Clock
}

/**
 * A `mergeMap` with a bounded queue: at most `max` (10) inner streams run at once, at most `queue` (1,000) values wait,
 * by priority and in turns over sessions. A value too many errors the stream with QUEUE_FULL, or with
 * `overflow: 'drop-oldest'` takes the place of the one that waited longest. Inner streams that end at once never
 * recurse. Each subscription has a queue of its own; unsubscribing ends all that run and forgets all that wait.
 */
export function limitConcurrency<T, R>(
  project: (value: T, index: number) => ObservableInput<R>,
  options: LimitConcurrencyOptions<T> = {},
): OperatorFunction<T, R> {
  const { priority, session, clock = systemClock, ...policy } = options
  const rules = resolveConcurrency(policy, 'limitConcurrency')
  return (source) =>
    new Observable<R>((subscriber) => {
      const limited = new Limited(subscriber, project, rules)
      // a source that gives everything at once has to be stopped in the middle of it
      const open = source.pipe(takeWhile(() => !subscriber.closed))
      subscriber.add(limited.running)
      subscriber.add(
        open.subscribe({
          next: (value) => limited.take(value, priority?.(value) ?? 0, session?.(value), clock.monotonic()),
          error: (error: unknown) => subscriber.error(error),
          complete: () => limited.completeSource(),
        }),
      )
    })
}

/** One subscription: what runs and what waits. */
class Limited<T, R> {
  readonly running: Subscription = new Subscription()
  readonly #gate = new Gate('limitConcurrency', new GlobalGate(Number.POSITIVE_INFINITY))
  readonly #subscriber: Subscriber<R>
  readonly #project: (value: T, index: number) => ObservableInput<R>
  readonly #rules: ConcurrencyRules
  #index = 0
  #sourceEnded = false

  constructor(
    subscriber: Subscriber<R>,
    project: (value: T, index: number) => ObservableInput<R>,
    rules: ConcurrencyRules,
  ) {
    this.#subscriber = subscriber
    this.#project = project
    this.#rules = rules
  }

  take(value: T, priority: number, session: string | undefined, now: number): void {
    const [gate, rules] = [this.#gate, this.#rules]
    if (gate.tryEnter(rules, true)) return this.#run(value)
    const owner: WaiterOwner = { onAdmit: () => this.#run(value), onDrop: () => undefined, onStuck: () => undefined }
    const waiter = new Waiter({ owner, rules, priority, session, skipsGlobal: true, turn: undefined })
    if (gate.enter(waiter, now) === 'full') this.#subscriber.error(queueFull(rules.queue, gate.retryAfterMs(rules)))
  }

  completeSource(): void {
    this.#sourceEnded = true
    this.#completeWhenDone()
  }

  #run(value: T): void {
    if (this.#subscriber.closed) return
    const inner = new Subscription()
    this.running.add(inner)
    inner.add(
      this.#innerOf(value).subscribe({
        next: (result) => this.#subscriber.next(result),
        error: (error: unknown) => this.#subscriber.error(error),
        complete: () => {
          this.running.remove(inner)
          this.#gate.free(this.#rules, true, undefined)
          this.#gate.drain()
          this.#completeWhenDone()
        },
      }),
    )
  }

  #innerOf(value: T): Observable<R> {
    this.#index += 1
    try {
      return from(this.#project(value, this.#index - 1))
    } catch (error) {
      return new Observable((subscriber) => subscriber.error(error))
    }
  }

  #completeWhenDone(): void {
    if (this.#sourceEnded && this.#gate.idle) this.#subscriber.complete()
  }
}

function queueFull(queue: number, retryAfterMs: number): ToolError {
  const message = `More than ${queue} values wait in limitConcurrency; slow the source down, or give it a longer queue.`
  return new ToolError({ code: 'QUEUE_FULL', message, tool: '', callId: '', retryable: true, retryAfterMs })
}
