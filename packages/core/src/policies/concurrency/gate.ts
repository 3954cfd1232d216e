import type { ConcurrencyRules } from './concurrency-policy.ts'
import type { BlockedGate, GlobalGate } from './global-gate.ts'
import { Load, type RunEnd } from './load.ts'
import { RunPace } from './run-pace.ts'
import type { Tokens } from './tokens.ts'
import type { Waiter } from './waiter.ts'
import { WaitingRoom } from './waiting-room.ts'

/** Under what a run of a key goes on. */
export interface Permit {
  readonly gate: Gate
  /** It runs under the permit that an ancestor holds, and has nothing of its own to give back. */
  readonly isBorrowed: boolean
  /** It holds no global permit: an ancestor does. */
  readonly skipsGlobal: boolean
  /** What was taken beside it, and is given back with it. */
  readonly tokens?: Tokens | undefined
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
  /** Tools whose own gate it is: how many there are of its name. */
  owners = 0
  #draining = false
  /** Those whose permits are taken while their tokens are asked for elsewhere. */
  #asking: Set<Waiter> | undefined
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
    return this.running === 0 && this.overdue === 0 && this.queue.size === 0 && !this.#load.isPaused
  }

  /** The limit that it has found out, worth keeping also while nobody uses it; undefined where none is looked for. */
  get found(): number | undefined {
    return this.#load.found
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

  /** Lets one wait for whom `tryEnter` found no permit, or who needs tokens; `now` is a monotonic clock's. */
  enter(waiter: Waiter, now: number): 'waiting' | 'full' {
    // Some of those who fill the queue may have their permits free already.
    if (!this.#takes(waiter)) this.drain()
    // One of those may have ended the newcomer.
    if (waiter.isGone) return 'waiting'
    const dropped = this.#takes(waiter) ? nobody : this.queue.makeRoom(waiter)
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
    waiter.isGone = true
    if (this.#asking?.delete(waiter) || !this.queue.remove(waiter)) return
    this.drain()
  }

  /** Changes the priority of one who waits. */
  reprioritize(waiter: Waiter, priority: number): void {
    if (this.#asking?.has(waiter)) waiter.priority = priority
    else this.queue.reprioritize(waiter, priority)
    this.drain()
  }

  /** Asks again for the tokens of one who was denied them. */
  retry(waiter: Waiter): void {
    if (this.queue.release(waiter)) this.drain()
  }

  /** Asks again for the tokens of all who were denied them. */
  retryAll(): void {
    const held = this.queue.held()
    for (const waiter of held) this.queue.release(waiter)
    if (held.length > 0) this.drain()
  }

  /** Lets nobody start until `resume`; those who come wait. */
  pause(): void {
    this.#load.isPaused = true
    this.#tellGlobal()
  }

  resume(): void {
    this.#load.isPaused = false
    this.drain()
  }

  /**
   * Learns how a run of a gate ended whose limit adapts, before its permit is freed; gives the new limit, where it is
   * another one. Those who find room now start with the next `drain`.
   */
  learn(rules: ConcurrencyRules, end: RunEnd): number | undefined {
    return rules.adaptive && this.#load.learn(rules.adaptive, end)
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
    this.#tryStart(head)
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
    this.#tryStart(head)
    return true
  }

  /** Starts the head, for whom there is room, unless it lacks tokens. */
  #tryStart(head: Waiter): void {
    const { tokens } = head
    const answer = tokens === undefined || tokens.take()
    if (answer === false) {
      if (!head.skipsGlobal) this.#global.give()
      return this.#deny(head)
    }
    if (answer !== true) this.queue.startAsking(head)
    this.queue.shift()
    this.#load.take(head.rules)
    if (answer !== true && tokens !== undefined) this.#ask(head, tokens, answer)
    this.#tellGlobal()
    if (answer === true) head.owner.onAdmit()
  }

  /** The head keeps the permits that it has, without a place in the queue, until its tokens are granted or denied. */
  #ask(head: Waiter, tokens: Tokens, answer: PromiseLike<boolean>): void {
    this.#asking ??= new Set()
    this.#asking.add(head)
    answer.then((granted) => {
      const stays = this.#asking?.delete(head) ?? false
      if (stays && granted) {
        this.queue.endAsking(head, 'has all')
        head.owner.onAdmit()
        return this.drain()
      }
      if (granted) tokens.refund()
      this.free(head.rules, head.skipsGlobal, undefined)
      if (stays) {
        this.queue.restore(head)
        this.#deny(head)
      }
      this.queue.endAsking(head, stays && !head.isGone ? 'waits' : 'left')
      this.drain()
    })
  }

  #deny(waiter: Waiter): void {
    this.queue.hold(waiter)
    this.#tellGlobal()
    waiter.tokens?.onDenied()
  }

  /** Whether the queue's bound allows for it. One whose tokens alone have to be asked for does not wait yet. */
  #takes(waiter: Waiter): boolean {
    if (this.queue.takes(waiter)) return true
    return waiter.tokens !== undefined && this.queue.flows(waiter) && this.#load.hasRoom(waiter.rules)
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
