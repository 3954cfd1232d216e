import type { ConcurrencyRules } from './concurrency-policy.ts'
import type { BlockedGate, GlobalGate } from './global-gate.ts'
import { Load } from './load.ts'
import { RunPace } from './run-pace.ts'
import type { Waiter } from './waiter.ts'
import { WaitingRoom } from './waiting-room.ts'

/** Under what a run of a key goes on. */
export interface Permit {
  readonly gate: Gate
  /** It runs under the permit that an ancestor holds, and has nothing of its own to give back. */
  readonly isBorrowed: boolean
  /** It holds no global permit: an ancestor does. */
  readonly skipsGlobal: boolean
}

const nobody: readonly Waiter[] = []

/**
 * The permits and the queue of one key: a synchronous state machine. A freed permit goes straight to the first of the
 * queue, never to a newcomer; a head that may not start holds back all behind it. Whatever the owners of waiters do
 * when they are told something, including what ends or begins at once, is taken in without recursion.
 */
export class Gate implements BlockedGate {
  readonly key: string
  /** What every run holds, and every nested run: the same objects for all. */
  readonly permit: Permit = { gate: this, isBorrowed: false, skipsGlobal: false }
  readonly nestedPermit: Permit = { gate: this, isBorrowed: false, skipsGlobal: true }
  readonly borrowedPermit: Permit = { gate: this, isBorrowed: true, skipsGlobal: true }
  readonly queue: WaitingRoom
  heapIndex = -1
  #draining = false
  readonly #load = new Load()
  readonly #pace = new RunPace()
  readonly #global: GlobalGate

  constructor(key: string, global: GlobalGate) {
    this.key = key
    this.#global = global
    this.queue = new WaitingRoom(global.arrivals)
  }

  /** Permits taken. */
  get running(): number {
    return this.#load.running
  }

  /** Runs past their grace that still go on. */
  get overdue(): number {
    return this.#load.overdue
  }

  get rank(): number {
    return this.queue.rank
  }

  get arrival(): number {
    return this.queue.arrival
  }

  /** Whether nothing is known of this key that would be lost with it. */
  get idle(): boolean {
    return this.running === 0 && this.overdue === 0 && this.queue.size === 0
  }

  /** Takes a permit without waiting, if that is fair: nobody waits and there is room. */
  tryEnter(rules: ConcurrencyRules, skipsGlobal: boolean): boolean {
    if (this.queue.size > 0 || !this.#load.hasRoom(rules)) return false
    if (!skipsGlobal && !this.#global.tryTake()) return false
    this.#load.take(rules)
    return true
  }

  /** Whether abandoned runs forbid any start: to be asked before a permit is. */
  isStuck(rules: ConcurrencyRules): boolean {
    return this.#load.isStuck(rules)
  }

  /** Lets one wait for whom `tryEnter` found no permit; `now` is a monotonic clock's. */
  enter(waiter: Waiter, now: number): 'waiting' | 'full' {
    // Some of those who fill the queue may have their permits free already.
    if (!this.queue.takes(waiter)) this.drain()
    const dropped = this.queue.takes(waiter) ? nobody : this.queue.makeRoom(waiter)
    if (dropped === undefined) return 'full'
    this.queue.push(waiter, now)
    this.#tellGlobal()
    // Only now: what the dropped ones do may end the newcomer, which has to be found in the queue then.
    for (const { owner } of dropped) owner.onDrop()
    this.drain()
    return 'waiting'
  }

  /** A waiter leaves without having run. */
  leave(waiter: Waiter): void {
    if (this.queue.remove(waiter)) this.drain()
  }

  /** Changes the priority of one who waits. */
  reprioritize(waiter: Waiter, priority: number): void {
    this.queue.reprioritize(waiter, priority)
    this.drain()
  }

  /** Gives a permit back. Those who wait start with the next `drain`, so the caller can finish its own affairs first. */
  free(rules: ConcurrencyRules, skipsGlobal: boolean, ranMs: number | undefined): void {
    this.#load.free(rules)
    if (ranMs !== undefined) this.#pace.learn(ranMs)
    if (!skipsGlobal) this.#global.give()
    if (this.queue.size > 0) this.#tellGlobal()
  }

  /** A run is past its grace: true when its permit may be freed, since not too many are abandoned already. */
  abandon(rules: ConcurrencyRules): boolean {
    return this.#load.abandon(rules)
  }

  /** A run that was past its grace has ended after all. */
  endOverdue(): void {
    this.#load.overdue -= 1
  }

  /** Milliseconds after which a refused call may find room: the queue's length at the mean pace of its runs. */
  retryAfterMs(rules: ConcurrencyRules): number {
    return this.#pace.timeOf(this.queue.size + this.running + 1, rules.max)
  }

  /** Starts waiters while they may start, here and where only a global permit was missing. */
  drain(): void {
    if (this.queue.size > 0 || this.heapIndex >= 0) this.#drainOwn()
    this.#global.drain()
  }

  startHead(): void {
    const head = this.queue.peek()
    if (head === undefined || !this.#lacksGlobal(head)) return this.#global.unblock(this)
    this.#global.take()
    this.#start(head)
    this.#drainOwn()
  }

  /** Ends the wait of the heads that need no global permit; tells whether the next one does. */
  #drainOwn(): void {
    if (!this.#draining) {
      this.#draining = true
      let ended = true
      try {
        while (ended) ended = this.#endWait()
      } finally {
        this.#draining = false
      }
    }
    this.#tellGlobal()
  }

  #endWait(): boolean {
    const head = this.queue.peek()
    if (head === undefined) return false
    if (this.isStuck(head.rules)) {
      this.queue.shift()
      this.#tellGlobal()
      head.owner.onStuck()
      return true
    }
    if (!head.skipsGlobal || !this.#load.hasRoom(head.rules)) return false
    this.#start(head)
    return true
  }

  #start(head: Waiter): void {
    this.queue.shift()
    this.#load.take(head.rules)
    this.#tellGlobal()
    head.owner.onAdmit()
  }

  #tellGlobal(): void {
    const head = this.queue.peek()
    if (head !== undefined && this.#lacksGlobal(head)) this.#global.block(this)
    else this.#global.unblock(this)
  }

  #lacksGlobal(head: Waiter): boolean {
    return !head.skipsGlobal && this.#load.hasRoom(head.rules) && !this.isStuck(head.rules)
  }
}
