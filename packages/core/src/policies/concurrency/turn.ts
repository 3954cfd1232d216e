/**
 * Calls that a queue's bound does not count one by one: those of one model turn count as one entry of each queue they
 * wait in; those of a stream that waits by itself count as none.
 */
export class Turn {
  /** What all of them together count in a queue. */
  readonly weight: 0 | 1
  readonly #waiting = new Map<object, number>()

  constructor(weight: 0 | 1) {
    this.weight = weight
  }

  /** What one more waiter of this turn would add to the count of the queue. */
  weightIn(queue: object): 0 | 1 {
    return this.#waiting.has(queue) ? 0 : this.weight
  }

  /** A waiter of this turn begins to wait; gives what it adds to the count. */
  enter(queue: object): 0 | 1 {
    const waiting = this.#waiting.get(queue) ?? 0
    this.#waiting.set(queue, waiting + 1)
    return waiting === 0 ? this.weight : 0
  }

  /** A waiter of this turn waits no more; gives what that takes from the count. */
  leave(queue: object): 0 | 1 {
    const waiting = this.#waiting.get(queue) ?? 0
    if (waiting > 1) this.#waiting.set(queue, waiting - 1)
    else this.#waiting.delete(queue)
    return waiting === 1 ? this.weight : 0
  }
}
