import type { ConcurrencyRules } from './concurrency-policy.ts'
import { FairQueue } from './fair-queue.ts'
import type { GlobalGate } from './global-gate.ts'
import type { Waiter } from './waiter.ts'

/** Under what a run of a key goes on. */
export interface Permit {
  readonly gate: Gate
  /** It runs under the permit that an ancestor holds, and has nothing of its own to give back. */
  readonly isBorrowed: boolean
  /** It holds no global permit: an ancestor does. */
  readonly skipsGlobal: boolean
}

/** What became of one who asked to wait. */
export type Entry = 'waiting' | 'full'

/** Weight of a new sample in the mean run time, from which the time to come back is guessed. */
const smoothing = 0.2

/**
 * The permits and the queue of one key: a synchronous state machine. A freed permit goes straight to the first of the
 * queue, never to a newcomer; a head that may not start holds back all behind it.
 */
export class Gate {
  readonly key: string
  /** What every run holds, and every nested run: the same objects for all. */
  readonly permit: Permit = { gate: this, isBorrowed: false, skipsGlobal: false }
  readonly nestedPermit: Permit = { gate: this, isBorrowed: false, skipsGlobal: true }
  readonly borrowedPermit: Permit = { gate: this, isBorrowed: true, skipsGlobal: true }
  /** Permits taken. */
  running = 0
  /** Runs past their grace that still go on. */
  overdue = 0
  readonly queue: FairQueue<Waiter> = new FairQueue<Waiter>()
  /** The queue's length as its bound counts it; see `Turn`. */
  counted = 0
  #exclusiveRuns = false
  #draining = false
  #meanRunMs: number | undefined = undefined
  readonly #global: GlobalGate

  constructor(key: string, global: GlobalGate) {
    this.key = key
    this.#global = global
  }

  /** Takes a permit without waiting, if that is fair: nobody waits and there is room. */
  tryEnter(rules: ConcurrencyRules, skipsGlobal: boolean): boolean {
    if (this.queue.size > 0 || !this.#hasRoom(rules)) return false
    if (!skipsGlobal && !this.#global.tryTake()) return false
    this.#take(rules)
    return true
  }

  /** Whether abandoned runs forbid any start: to be asked before a permit is. */
  isStuck(rules: ConcurrencyRules): boolean {
    return this.overdue > 0 && this.overdue >= rules.maxAbandoned
  }

  /** Lets one wait for whom `tryEnter` found no permit; `now` is a monotonic clock's. */
  enter(waiter: Waiter, now: number): Entry {
    const { rules } = waiter
    const weight = waiter.turn === undefined ? 1 : waiter.turn.weightIn(this)
    const isFull = this.counted + weight > rules.queue
    const dropped = isFull && rules.dropOldest && rules.queue > 0 ? this.queue.oldest() : undefined
    if (isFull && dropped === undefined) return 'full'
    this.counted += waiter.turn === undefined ? 1 : waiter.turn.enter(this)
    this.queue.push(waiter, now)
    // only now: what the dropped one does may end the newcomer, which has to be found in the queue then
    if (dropped !== undefined) this.#drop(dropped)
    this.drain()
    return 'waiting'
  }

  /** A waiter leaves without having run. */
  leave(waiter: Waiter): void {
    if (!this.queue.remove(waiter)) return
    this.#uncount(waiter)
    this.drain()
  }

  /** Gives a permit back. Those who wait start with the next `drain`, so the caller can finish its own affairs first. */
  free(rules: ConcurrencyRules, skipsGlobal: boolean, ranMs: number | undefined): void {
    this.running -= 1
    if (rules.exclusive) this.#exclusiveRuns = false
    if (ranMs !== undefined) this.#learn(ranMs)
    if (!skipsGlobal) this.#global.give()
  }

  /** A run is past its grace: true when its permit may be freed, since not too many are abandoned already. */
  abandon(rules: ConcurrencyRules): boolean {
    this.overdue += 1
    return this.overdue <= rules.maxAbandoned
  }

  /** A run that was past its grace has ended after all. */
  endOverdue(): void {
    this.overdue -= 1
  }

  /** Milliseconds after which a refused call may find room: the queue's length at the mean pace of its runs. */
  retryAfterMs(rules: ConcurrencyRules): number {
    const mean = this.#meanRunMs ?? 1000
    const rounds = Math.ceil((this.queue.size + this.running + 1) / Math.max(1, Math.min(rules.max, 1e6)))
    return Math.min(60_000, Math.max(10, Math.ceil(mean * rounds)))
  }

  /** Starts waiters while they may start, here and where only a global permit was missing; flat, however many end. */
  drain(): void {
    if (this.queue.size > 0) this.drainOwn()
    this.#global.drain()
  }

  /** Starts waiters of this key while they may start. */
  drainOwn(): void {
    if (this.#draining) return
    this.#draining = true
    while (this.#startOne()) {
      // each turn starts one
    }
    this.#draining = false
  }

  /** Whether nothing is known of this key that would be lost with it. */
  get idle(): boolean {
    return this.running === 0 && this.overdue === 0 && this.queue.size === 0
  }

  #startOne(): boolean {
    const head = this.queue.peek()
    if (head === undefined) return false
    if (this.isStuck(head.rules)) {
      this.#shift()
      head.owner.onStuck()
      return true
    }
    if (!this.#hasRoom(head.rules)) return false
    if (!head.skipsGlobal && !this.#global.tryTakeFor(this)) return false
    this.#shift()
    this.#take(head.rules)
    head.owner.onAdmit()
    return true
  }

  #hasRoom(rules: ConcurrencyRules): boolean {
    return this.running < rules.max && !this.#exclusiveRuns && (!rules.exclusive || this.running === 0)
  }

  #take(rules: ConcurrencyRules): void {
    this.running += 1
    if (rules.exclusive) this.#exclusiveRuns = true
  }

  #shift(): void {
    const head = this.queue.shift()
    if (head !== undefined) this.#uncount(head)
  }

  #uncount(waiter: Waiter): void {
    this.counted -= waiter.turn === undefined ? 1 : waiter.turn.leave(this)
  }

  #drop(waiter: Waiter): void {
    this.queue.remove(waiter)
    this.#uncount(waiter)
    waiter.owner.onDrop()
  }

  #learn(ranMs: number): void {
    this.#meanRunMs = this.#meanRunMs === undefined ? ranMs : this.#meanRunMs + smoothing * (ranMs - this.#meanRunMs)
  }
}
