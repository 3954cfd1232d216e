import type { Arrivals } from './queue/fair-queue.ts'
import { type Ranked, RankedHeap } from './queue/ranked-heap.ts'

/** A gate whose first waiter lacks nothing but a global permit, ranked by how urgent that waiter is. */
export interface BlockedGate extends Ranked {
  /** A global permit is free: starts the first waiter, or tells by {@link GlobalGate.unblock} that it need not. */
  startHead(): void
}

/**
 * The permits over all keys together. A gate's head takes one in the same step as the gate's own permit, so neither is
 * ever held while the other is awaited; heads that find none start in the order that one common queue would give them.
 */
export class GlobalGate {
  running = 0
  max: number
  /** Shared by the queues of all gates. */
  readonly arrivals: Arrivals = { count: 0 }
  readonly #blocked = new RankedHeap<BlockedGate>()
  #draining = false

  constructor(max: number) {
    this.max = max
  }

  /** Takes a permit for a newcomer: only when no head waits for one. */
  tryTake(): boolean {
    if (this.running >= this.max) return false
    if (this.#blocked.top !== undefined && this.max !== Number.POSITIVE_INFINITY) return false
    this.running += 1
    return true
  }

  /** Takes a permit for a head whose turn it is. */
  take(): void {
    this.running += 1
  }

  give(): void {
    this.running -= 1
  }

  /** Notes that the gate's head lacks a permit, or that another head does now. */
  block(gate: BlockedGate): void {
    if (gate.heapIndex < 0) this.#blocked.add(gate)
    else this.#blocked.update(gate)
  }

  /** The gate's head lacks something else, or there is none. */
  unblock(gate: BlockedGate): void {
    if (gate.heapIndex >= 0) this.#blocked.remove(gate)
  }

  /** Hands free permits to the heads that wait, the best first; flat, however many end at once. */
  drain(): void {
    if (this.#draining) return
    this.#draining = true
    try {
      for (let best = this.#blocked.top; best !== undefined && this.running < this.max; best = this.#blocked.top) {
        best.startHead()
      }
    } finally {
      // A stack that is too deep throws anywhere; it must not stop everybody for good.
      this.#draining = false
    }
  }
}
