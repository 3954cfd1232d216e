import type { Arrivals } from './queue/fair-queue.ts'
import { Lines } from './queue/lines.ts'
import type { Waiter } from './waiter.ts'

/** Those who wait for a gate, in their order, and how many of them the bound of the queue counts. */
export class WaitingRoom {
  readonly #queue: Lines<Waiter>
  #counted = 0

  constructor(arrivals: Arrivals) {
    this.#queue = new Lines<Waiter>(arrivals)
  }

  get size(): number {
    return this.#queue.size
  }

  /** As {@link Lines.rank} and `arrival`. */
  get rank(): number {
    return this.#queue.rank
  }

  get arrival(): number {
    return this.#queue.arrival
  }

  /** Whether the bound allows for one more. */
  takes(waiter: Waiter): boolean {
    const { turn, rules } = waiter
    return this.#counted + (turn === undefined ? 1 : turn.weightIn(this)) <= rules.queue
  }

  push(waiter: Waiter, now: number): void {
    this.#count(waiter)
    this.#queue.push(waiter, now)
  }

  /** Puts one who was taken out back where its age says. */
  restore(waiter: Waiter): void {
    this.#count(waiter)
    this.#queue.restore(waiter)
  }

  /** Lets those wait who want the same tokens as this one. */
  hold(waiter: Waiter): void {
    this.#queue.hold(waiter)
  }

  /** Ends that; false when this one holds nobody. */
  release(waiter: Waiter): boolean {
    return this.#queue.release(waiter)
  }

  /** As {@link Lines.startAsking} and `endAsking`. */
  startAsking(waiter: Waiter): void {
    this.#queue.startAsking(waiter)
  }

  endAsking(waiter: Waiter, end: Parameters<Lines<Waiter>['endAsking']>[1]): void {
    this.#queue.endAsking(waiter, end)
  }

  /** As {@link Lines.flows}. */
  flows(waiter: Waiter): boolean {
    return this.#queue.flows(waiter)
  }

  /** Those who wait for tokens. */
  held(): readonly Waiter[] {
    return this.#queue.held()
  }

  peek(): Waiter | undefined {
    return this.#queue.peek()
  }

  shift(): Waiter | undefined {
    const head = this.#queue.shift()
    if (head !== undefined) this.#uncount(head)
    return head
  }

  /** False when it does not wait here. */
  remove(waiter: Waiter): boolean {
    if (!this.#queue.remove(waiter)) return false
    this.#uncount(waiter)
    return true
  }

  reprioritize(waiter: Waiter, priority: number): void {
    this.#queue.reprioritize(waiter, priority)
  }

  /**
   * Takes out those who waited longest until the bound allows for `waiter`. A turn counts as one, so all of it goes;
   * those who do not count stay. Undefined where the rules forbid it, or where that makes no room.
   */
  makeRoom(waiter: Waiter): Waiter[] | undefined {
    if (!waiter.rules.dropOldest || waiter.rules.queue === 0) return undefined
    const dropped: Waiter[] = []
    while (!this.takes(waiter)) {
      const oldest = this.#queue.oldest(({ turn }) => turn === undefined || turn.weight > 0)
      if (oldest === undefined) break
      this.remove(oldest)
      dropped.push(oldest)
    }
    return dropped
  }

  #count(waiter: Waiter): void {
    this.#counted += waiter.turn === undefined ? 1 : waiter.turn.enter(this)
  }

  #uncount(waiter: Waiter): void {
    this.#counted -= waiter.turn === undefined ? 1 : waiter.turn.leave(this)
    waiter.tokens?.onLeave()
  }
}
