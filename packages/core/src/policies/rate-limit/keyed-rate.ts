import { createRateMachine } from './create-rate-machine.ts'
import type { Rate, RateMachine } from './rate-machine.ts'

/** The machine of a key, in a circle by last use. Linked to itself while it is in none. */
export class KeyedRate {
  readonly name: string
  readonly machine: RateMachine
  older: KeyedRate = this
  newer: KeyedRate = this
  readonly #limit: number
  readonly #perMs: number
  readonly #burst: number
  readonly #algorithm: Rate['algorithm']

  constructor(name: string, rate: Rate) {
    this.name = name
    this.machine = createRateMachine(rate)
    this.#limit = rate.limit
    this.#perMs = rate.perMs
    this.#burst = rate.burst
    this.#algorithm = rate.algorithm
  }

  /** Whether it counts what a rate of these numbers asks for. */
  is(rate: Rate): boolean {
    return (
      rate.limit === this.#limit &&
      rate.perMs === this.#perMs &&
      rate.algorithm === this.#algorithm &&
      rate.burst === this.#burst
    )
  }

  /** Becomes the newest of the circle: on the older side of `ends`, whose newer side is the oldest. */
  insert(ends: KeyedRate): KeyedRate {
    this.older = ends.older
    this.newer = ends
    ends.older.newer = this
    ends.older = this
    return this
  }

  unlink(): KeyedRate {
    this.older.newer = this.newer
    this.newer.older = this.older
    this.older = this
    this.newer = this
    return this
  }
}
