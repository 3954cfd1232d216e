import type { ConcurrencyRules } from './concurrency-policy.ts'
import { QueueEntry } from './queue/lane.ts'
import type { Tokens } from './tokens.ts'
import type { Turn } from './turn.ts'

/** Whom a {@link Waiter} tells that its wait is over. None of these may throw; each may start, end or cancel anything. */
export interface WaiterOwner {
  /** The permit, and the tokens, are taken: run, and release them when the work has ended. */
  onAdmit(): void
  /** It left the queue for one that came later. */
  onDrop(): void
  /** Too many abandoned runs: nothing will start here. */
  onStuck(): void
}

/** One who waits for a permit of a gate. */
export class Waiter extends QueueEntry {
  readonly owner: WaiterOwner
  readonly rules: ConcurrencyRules
  /** Runs under a global permit that an ancestor holds. */
  readonly skipsGlobal: boolean
  /** The model turn or stream it came with, which the queue's bound counts as one or not at all. */
  readonly turn: Turn | undefined
  /** What it needs beside the permit. */
  readonly tokens: Tokens | undefined
  /** It has left for good, perhaps before it was in the queue. */
  isGone = false

  constructor(init: {
    readonly owner: WaiterOwner
    readonly rules: ConcurrencyRules
    readonly priority: number
    readonly session: string | undefined
    readonly skipsGlobal: boolean
    readonly turn: Turn | undefined
    readonly tokens?: Tokens | undefined
  }) {
    super(init.priority, init.session)
    this.owner = init.owner
    this.rules = init.rules
    this.skipsGlobal = init.skipsGlobal
    this.turn = init.turn
    this.tokens = init.tokens
  }

  get line(): string {
    return this.tokens?.line ?? ''
  }
}
