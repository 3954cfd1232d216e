import { type Observable, Subject, type Subscriber, takeUntil } from 'rxjs'
import type { Clock, Timer } from '../../ports/clock.ts'
import type { HedgePlan } from './hedge-plan.ts'

/** What one subscription to a `hedgeCalls` is made of. */
export interface HedgedRunsParts<T> {
  readonly source: Observable<T>
  readonly subscriber: Subscriber<T>
  readonly plan: HedgePlan
  readonly clock: Clock
}

/** One subscription to the source. */
interface Run {
  readonly startedAt: number
  /** Unsubscribes when it emits; a notifier, because a source may emit before its subscription is known. */
  readonly stop: Subject<void>
}

/** One subscription to a `hedgeCalls`: the subscriptions to its source, until one of them has won. */
export class HedgedRuns<T> {
  readonly #parts: HedgedRunsParts<T>
  readonly #running = new Set<Run>()
  #timer: Timer | undefined
  #winner: Run | undefined
  #firstError: { readonly error: unknown } | undefined

  constructor(parts: HedgedRunsParts<T>) {
    this.#parts = parts
  }

  /** Begins with the first subscription. */
  start(): void {
    this.#parts.plan.begin()
    this.#run()
  }

  /** Unsubscribes everything. */
  end(): void {
    this.#timer?.cancel()
    this.#stopOthers(undefined)
  }

  #run(): void {
    const { source, subscriber, clock } = this.#parts
    const run: Run = { startedAt: clock.monotonic(), stop: new Subject() }
    this.#running.add(run)
    source.pipe(takeUntil(run.stop)).subscribe({
      next: (value) => {
        if (this.#win(run)) subscriber.next(value)
      },
      error: (error: unknown) => this.#fail(run, error),
      complete: () => {
        if (this.#win(run)) subscriber.complete()
      },
    })
    if (this.#winner === undefined && this.#running.has(run)) this.#wait()
  }

  /** Waits for the time of the next one. */
  #wait(): void {
    const { plan, clock } = this.#parts
    const delayMs = plan.delayMs()
    this.#timer?.cancel()
    if (delayMs === Number.POSITIVE_INFINITY) return
    this.#timer = clock.setTimer(delayMs, () => {
      if (plan.tryStart()) this.#run()
    })
  }

  /** True for the winner alone; the first who asks is it. One that was stopped completes, but runs no longer. */
  #win(run: Run): boolean {
    if (this.#winner === run) return true
    if (!this.#running.has(run)) return false
    this.#winner = run
    this.#timer?.cancel()
    this.#parts.plan.succeed(this.#parts.clock.monotonic() - run.startedAt)
    this.#stopOthers(run)
    return true
  }

  #fail(run: Run, error: unknown): void {
    const { plan, subscriber } = this.#parts
    if (this.#winner === run) return subscriber.error(error)
    this.#running.delete(run)
    this.#firstError ??= { error }
    if (plan.tryStart()) this.#run()
    else if (this.#running.size === 0) subscriber.error(this.#firstError.error)
  }

  #stopOthers(winner: Run | undefined): void {
    for (const run of [...this.#running]) {
      if (run === winner) continue
      this.#running.delete(run)
      run.stop.next()
    }
  }
}
