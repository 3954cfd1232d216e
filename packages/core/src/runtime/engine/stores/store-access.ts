import type { Clock } from '../../../ports/clock.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { isThenable } from '../is-thenable.ts'
import type { StoreName, SystemEvent } from '../runtime-event.ts'
import type { Deadline, DeadlineOwner, TimerLists } from '../timer-lists.ts'
import { StoreHealth } from './store-health.ts'

/** Who waits for stores: all of it together is bounded. */
export interface StoreCaller {
  /** Milliseconds that it has waited for stores. */
  storeWaitedMs: number
}

/** How one takes the answer of a store, and what one goes on with where there is none. */
export interface AnswerRules<T> {
  otherwise(): T
  /** What the port has in this place; for the message about what is none. */
  readonly wanted?: string
  /** Whether it is an answer at all, which a store written in JavaScript may get wrong. */
  isSound?(answer: T): boolean
  /** Told of an answer that came too late. */
  onLate?(answer: T): void
  /** Whether the wait for this answer, which came in time, is one for the store; it is where this is missing. */
  counts?(answer: T): boolean
}

/** What a {@link StoreAccess} works with. */
export interface StoreAccessParts {
  readonly store: StoreName
  readonly clock: Clock
  readonly timers: TimerLists
  /** Milliseconds that one caller waits for all stores together. */
  readonly budgetMs: number
  readonly emit: (event: SystemEvent) => void
}

/**
 * The way to one store that may fail or hang: whoever asks gets an answer, the store's or the other one, within the
 * caller's budget. A store that fails again and again is left alone for a while. Tells each failure and transition.
 */
export class StoreAccess {
  readonly #parts: StoreAccessParts
  readonly #health = new StoreHealth()

  constructor(parts: StoreAccessParts) {
    this.#parts = parts
  }

  /** Whether the store is left alone now. */
  get isSuspended(): boolean {
    return this.#health.isAway && this.#health.isSuspended(this.#parts.clock.monotonic())
  }

  /** Milliseconds until the store is asked again. */
  get suspendedMs(): number {
    return this.#health.remainingMs(this.#parts.clock.monotonic())
  }

  /** Whether it has failed within so many milliseconds. */
  hasFailedWithin(ms: number): boolean {
    return this.#health.hasFailedWithin(ms, this.#parts.clock.monotonic())
  }

  /** Asks the store. Answers at once where the store does, where it throws, and where it is not asked; never rejects. */
  ask<T>(caller: StoreCaller, question: () => Awaitable<T>, rules: AnswerRules<T>): Awaitable<T> {
    if (this.isSuspended || caller.storeWaitedMs >= this.#parts.budgetMs) return rules.otherwise()
    try {
      const answer = question()
      if (isThenable(answer)) return this.#wait(caller, answer, rules)
      if (rules.isSound?.(answer) === false) throw this.unsound(rules, answer)
      this.succeeded()
      return answer
    } catch (error) {
      this.failed(error)
      return rules.otherwise()
    }
  }

  /** Tells the store something; nobody waits for it. */
  tell(message: () => Awaitable<unknown>): void {
    if (this.isSuspended) return
    try {
      const done = message()
      if (!isThenable(done)) return this.succeeded()
      done.then(
        () => this.succeeded(),
        (error: unknown) => this.failed(error),
      )
    } catch (error) {
      this.failed(error)
    }
  }

  /** What a store has failed with whose answer is none. */
  unsound({ wanted }: { readonly wanted?: string }, answer: unknown): TypeError {
    const given = answer === null ? 'null' : `another ${typeof answer}`
    return new TypeError(`The ${this.#parts.store} store gave ${given} in the place of ${wanted}.`)
  }

  /** The store has failed, or could not answer in the time that there was: calls go on without it. */
  failed(error: unknown, isItsFault = true): void {
    const { store, clock, emit } = this.#parts
    emit({ type: 'store-error', at: clock.now(), store, error })
    if (!isItsFault) return
    const forMs = this.#health.fail(clock.monotonic())
    if (forMs !== undefined) emit({ type: 'store-suspend', at: clock.now(), store, forMs })
  }

  /** The store has answered. */
  succeeded(): void {
    if (this.#health.isWell) return
    const { store, clock, emit } = this.#parts
    if (this.#health.succeed(clock.monotonic())) emit({ type: 'store-resume', at: clock.now(), store })
  }

  #wait<T>(caller: StoreCaller, answer: PromiseLike<T>, rules: AnswerRules<T>): Promise<T> {
    return new Promise((resolve) => {
      const wait = new Wait<T>(this, this.#parts, { caller, rules, resolve })
      answer.then(
        (value) => wait.onAnswer(value),
        (error: unknown) => wait.onError(error),
      )
    })
  }
}

interface WaitParts<T> {
  readonly caller: StoreCaller
  readonly rules: AnswerRules<T>
  readonly resolve: (value: T) => void
}

/** One wait for an answer. */
class Wait<T> implements DeadlineOwner {
  readonly #access: StoreAccess
  readonly #parts: StoreAccessParts
  readonly #wait: WaitParts<T>
  readonly #startedAt: number
  readonly #leftMs: number
  #limit: Deadline | undefined
  #isLastTurn = false
  #isOver = false

  constructor(access: StoreAccess, parts: StoreAccessParts, wait: WaitParts<T>) {
    const { clock, timers, budgetMs } = parts
    this.#access = access
    this.#parts = parts
    this.#wait = wait
    this.#startedAt = clock.monotonic()
    this.#leftMs = Math.ceil(budgetMs - wait.caller.storeWaitedMs)
    this.#limit = timers.start(this, this.#startedAt, this.#leftMs)
  }

  onAnswer(value: T): void {
    const { rules } = this.#wait
    this.#limit?.cancel()
    if (rules.isSound?.(value) === false) return this.#giveUp(this.#access.unsound(rules, value))
    if (this.#isOver) return rules.onLate?.(value)
    this.#access.succeeded()
    this.#end(rules.counts?.(value) ?? true, value)
  }

  onError(error: unknown): void {
    this.#limit?.cancel()
    this.#giveUp(error)
  }

  onDeadline(): void {
    const { clock, timers, store, budgetMs } = this.#parts
    if (!this.#isLastTurn) {
      // An event loop that was blocked runs its timers before it reads what has come: one more turn brings that.
      this.#isLastTurn = true
      this.#limit = timers.start(this, clock.monotonic(), 0)
      return
    }
    const error = new Error(`The ${store} store gave no answer within ${this.#leftMs} ms.`)
    // where other stores have taken most of the time, this one had no chance
    this.#giveUp(error, 2 * this.#leftMs >= budgetMs)
  }

  #giveUp(error: unknown, isItsFault?: boolean): void {
    if (this.#isOver) return
    this.#access.failed(error, isItsFault)
    this.#end(true, this.#wait.rules.otherwise())
  }

  #end(counts: boolean, value: T): void {
    const { caller, resolve } = this.#wait
    this.#isOver = true
    if (counts) caller.storeWaitedMs += this.#parts.clock.monotonic() - this.#startedAt
    resolve(value)
  }
}
