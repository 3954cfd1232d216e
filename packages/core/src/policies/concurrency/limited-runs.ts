import {
  defer,
  finalize,
  from,
  type Observable,
  type ObservableInput,
  type Observer,
  type Subscriber,
  Subscription,
} from 'rxjs'
import { ToolError } from '../../errors/tool-error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ConcurrencyRules } from './concurrency-policy.ts'
import { Gate } from './gate.ts'
import { GlobalGate } from './global-gate.ts'
import { Waiter } from './waiter.ts'

/** What one subscription to a `limitConcurrency` is made of. */
export interface LimitedRunsParts<T, R> {
  readonly subscriber: Subscriber<R>
  readonly project: (value: T, index: number) => ObservableInput<R>
  readonly rules: ConcurrencyRules
  readonly clock: Clock
  readonly priority: ((value: T) => number) | undefined
  readonly session: ((value: T) => string | undefined) | undefined
}

/** One subscription to a `limitConcurrency`: takes the values of its source, holds those that run and those that wait. */
export class LimitedRuns<T, R> implements Observer<T> {
  /** Everything that ends with the subscription. */
  readonly all: Subscription = new Subscription()
  readonly #parts: LimitedRunsParts<T, R>
  readonly #gate = new Gate('limitConcurrency', new GlobalGate(Number.POSITIVE_INFINITY))
  #started = 0
  #sourceEnded = false

  constructor(parts: LimitedRunsParts<T, R>) {
    this.#parts = parts
  }

  next(value: T): void {
    try {
      this.#take(value)
    } catch (error) {
      this.error(error)
    }
  }

  error(error: unknown): void {
    this.#parts.subscriber.error(error)
  }

  complete(): void {
    this.#sourceEnded = true
    this.#completeWhenDone()
  }

  #take(value: T): void {
    const { rules, clock, priority: priorityOf, session: sessionOf } = this.#parts
    const priority = priorityOf?.(value) ?? 0
    if (!Number.isFinite(priority))
      throw new RangeError(`limitConcurrency: priority must give a number, got ${priority}`)
    const session = sessionOf?.(value)
    if (this.#gate.tryEnter(rules, true)) return this.#run(value)
    const patience = new Subscription()
    const owner = {
      onAdmit: (): void => {
        patience.unsubscribe()
        this.#run(value)
      },
      onDrop: (): void => patience.unsubscribe(),
      onStuck: (): void => undefined,
    }
    const waiter = new Waiter({ owner, rules, priority, session, skipsGlobal: true, turn: undefined })
    if (this.#gate.enter(waiter, clock.monotonic()) === 'full') throw this.#queueFull()
    this.#limitWait(waiter, patience)
  }

  #limitWait(waiter: Waiter, patience: Subscription): void {
    const { rules, clock } = this.#parts
    if (rules.queueTimeoutMs === Number.POSITIVE_INFINITY) return
    const timer = clock.setTimer(rules.queueTimeoutMs, () => {
      this.#gate.leave(waiter)
      this.error(queueTimeout(rules.queueTimeoutMs))
    })
    patience.add(() => timer.cancel())
    this.all.add(patience)
  }

  #run(value: T): void {
    const { subscriber, project } = this.#parts
    if (subscriber.closed) return
    const index = this.#started
    this.#started += 1
    const inner: Observable<R> = defer(() => from(project(value, index)))
    // A permit is free only after the teardown of the one that had it.
    const run = inner.pipe(finalize(() => this.#free())).subscribe({
      next: (result) => subscriber.next(result),
      error: (error: unknown) => subscriber.error(error),
    })
    this.all.add(run)
  }

  #free(): void {
    if (this.#parts.subscriber.closed) return
    this.#gate.free(this.#parts.rules, true, undefined)
    this.#gate.drain()
    this.#completeWhenDone()
  }

  #completeWhenDone(): void {
    if (this.#sourceEnded && this.#gate.idle) this.#parts.subscriber.complete()
  }

  #queueFull(): ToolError {
    const { rules } = this.#parts
    const message = `More than ${rules.queue} values wait in limitConcurrency; slow the source down, or give it a longer queue.`
    const retryAfterMs = this.#gate.retryAfterMs(rules)
    return new ToolError({ code: 'QUEUE_FULL', message, tool: '', callId: '', retryable: true, retryAfterMs })
  }
}

function queueTimeout(limitMs: number): ToolError {
  const message = `A value waited ${limitMs} ms in limitConcurrency without being started.`
  return new ToolError({ code: 'QUEUE_TIMEOUT', message, tool: '', callId: '', retryable: true, details: { limitMs } })
}
