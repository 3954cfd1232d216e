import type { Gate } from '../../policies/concurrency/gate.ts'

/** The attempt whose tool asks for a call: what the call has to know of those above it. */
export interface ParentRun {
  /** The attempt above that one. */
  readonly parent: ParentRun | undefined
  /** What it is an attempt of: the same object for all attempts of one execution. */
  readonly execution: object
  readonly priority: number
  /** Milliseconds until it is ended at the latest. */
  remainingMs(): number
  /** One more call inside it waits for input, or one less: while there are some, its clocks and those above stand still. */
  asks(more: 1 | -1): void
  /** Whether it, or one above it, holds a permit of the gate. */
  holdsPermitOf(gate: Gate): boolean
  /** Whether it, or one above it, holds a global permit. */
  holdsGlobal(): boolean
  /** The nearest of it and those above it under whose permit a call of the gate would run; undefined when under none. */
  lender(gate: Gate, isGlobalLimited: boolean): ParentRun | undefined
  /** A number that no other attempt of the runtime has. */
  readonly serial: number
}
