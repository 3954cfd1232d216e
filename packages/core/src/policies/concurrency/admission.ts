import { Gate } from './gate.ts'
import { GlobalGate } from './global-gate.ts'

/** All gates of a runtime. A gate that nobody uses is forgotten, unless it is a tool's own. */
export class Admission {
  readonly global: GlobalGate
  readonly #gates = new Map<string, Gate>()
  readonly #own = new Set<Gate>()

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

  /** The gate of a tool's own name, which is kept while the tool is registered. */
  ownGate(key: string): Gate {
    const gate = this.gate(key)
    this.#own.add(gate)
    return gate
  }

  /** Ends what `ownGate` began. */
  disown(gate: Gate): void {
    this.#own.delete(gate)
    this.forgetIdle(gate)
  }

  /** Forgets the gate when nothing of it is in use. */
  forgetIdle(gate: Gate): void {
    if (gate.idle && !this.#own.has(gate)) this.#gates.delete(gate.key)
  }

  gates(): Iterable<Gate> {
    return this.#gates.values()
  }
}
