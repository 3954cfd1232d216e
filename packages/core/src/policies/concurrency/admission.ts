import { Gate } from './gate.ts'
import { GlobalGate } from './global-gate.ts'

/** Gates with a limit of their own that are kept while nobody uses them. */
const mostLearned = 10_000

/** All gates of a runtime, by key. A gate that nobody uses is forgotten, unless it is a tool's own. */
export class Admission {
  readonly global: GlobalGate
  readonly #gates = new Map<string, Gate>()
  /** Gates that were left with a limit of their own, those left longest ago first. */
  readonly #learned = new Set<Gate>()

  constructor(globalMax: number) {
    this.global = new GlobalGate(globalMax)
  }

  /** The gate of a key; the same object while anybody uses it. */
  gate(key: string): Gate {
    let gate = this.#gates.get(key)
    if (gate === undefined) {
      gate = new Gate(key, this.global)
      this.#gates.set(key, gate)
    }
    return gate
  }

  /** The gate of a tool's own name, which is kept until it is disowned. */
  ownGate(key: string): Gate {
    const gate = this.gate(key)
    gate.owners += 1
    return gate
  }

  /** Ends what one `ownGate` began. */
  disown(gate: Gate): void {
    gate.owners -= 1
    this.forgetIdle(gate)
  }

  /** Forgets the gate when nothing of it is in use. Of those that have found out a limit, the last used stay. */
  forgetIdle(gate: Gate): void {
    if (gate.owners > 0 || !gate.idle || this.#gates.get(gate.key) !== gate) return
    if (gate.found === undefined) return void this.#gates.delete(gate.key)
    this.#learned.delete(gate)
    this.#learned.add(gate)
    if (this.#learned.size <= mostLearned) return
    for (const oldest of this.#learned) {
      this.#learned.delete(oldest)
      if (oldest.idle && oldest.owners === 0) this.#gates.delete(oldest.key)
      return
    }
  }

  /** Something that those who wait at a gate lacked may be there now. */
  retry(key: string): void {
    this.#gates.get(key)?.retryAll()
  }

  /** Those that are known now. */
  gates(): Iterable<Gate> {
    return this.#gates.values()
  }
}
