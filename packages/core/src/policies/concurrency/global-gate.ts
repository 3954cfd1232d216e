/** A gate whose head may need a global permit. */
export interface LocalGate {
  readonly queue: { readonly size: number; score(): number }
  /** Starts waiters of its key while they may start. */
  drainOwn(): void
}

/**
 * The permits over all keys together. A gate's head takes one in the same step as the gate's own permit, so neither is
 * ever held while the other is awaited. Heads that find none are served by what they would be in one common queue.
 */
export class GlobalGate {
  running = 0
  max: number
  readonly #blocked = new Set<LocalGate>()
  #draining = false

  constructor(max: number) {
    this.max = max
  }

  /** Takes a permit for a newcomer: only when no head waits for one. */
  tryTake(): boolean {
    if (this.running >= this.max || this.#blocked.size > 0) return false
    this.running += 1
    return true
  }

  /** Takes a permit for the head of a gate, or remembers that it waits. */
  tryTakeFor(gate: LocalGate): boolean {
    if (this.running >= this.max || (this.#blocked.size > 0 && this.#best() !== gate && !this.#isAhead(gate))) {
      this.#blocked.add(gate)
      return false
    }
    this.#blocked.delete(gate)
    this.running += 1
    return true
  }

  give(): void {
    this.running -= 1
  }

  /** Hands free permits to the heads that wait, the best first. */
  drain(): void {
    if (this.#draining || this.#blocked.size === 0) return
    this.#draining = true
    while (this.running < this.max) {
      const best = this.#best()
      if (best === undefined) break
      const before = this.running
      best.drainOwn()
      if (this.running === before) this.#blocked.delete(best)
    }
    this.#draining = false
  }

  /** The blocked gate whose head goes first; gates that no longer have one are forgotten. */
  #best(): LocalGate | undefined {
    let best: LocalGate | undefined
    for (const gate of this.#blocked) {
      if (gate.queue.size === 0) this.#blocked.delete(gate)
      else if (best === undefined || gate.queue.score() > best.queue.score()) best = gate
    }
    return best
  }

  #isAhead(gate: LocalGate): boolean {
    const best = this.#best()
    return best === undefined || gate.queue.score() > best.queue.score()
  }
}
