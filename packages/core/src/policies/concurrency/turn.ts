import type { Gate } from './gate.ts'

/**
 * Calls that a queue's bound does not count one by one: those of one model turn count as one entry of each queue they
 * wait in; those of a stream that waits by itself count as none.
 */
export class Turn {
  readonly #waiting = new Map<Gate, number>()
  readonly #weight: 0 | 1

  constructor(weight: 0 | 1) {
    this.#weight = weight
  }

  /** What one more waiter of this turn adds to the count of the gate's queue. */
  weightIn(gate: Gate): 0 | 1 {
    return this.#waiting.has(gate) ? 0 : this.#weight
  }

  /** A waiter of this turn begins to wait; gives what it adds to the count. */
  enter(gate: Gate): 0 | 1 {
    const waiting = this.#waiting.get(gate) ?? 0
    this.#waiting.set(gate, waiting + 1)
    return waiting === 0 ? this.#weight : 0
  }

  /** A waiter of this turn waits no more; gives what that takes from the count. */
  leave(gate: Gate): 0 | 1 {
    const waiting = this.#waiting.get(gate) ?? 0
    if (waiting > 1) this.#waiting.set(gate, waiting - 1)
    else this.#waiting.delete(gate)
    return waiting === 1 ? this.#weight : 0
  }
}
