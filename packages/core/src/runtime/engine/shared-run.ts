import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { CallSink } from './call-sink.ts'
import type { ParentRun } from './parent-run.ts'
import type { ResolvedPolicy, ToolRecord } from './tool-record.ts'

/** A call that waits for an execution which it shares with equal ones. */
export interface FlightWaiter extends CallSink {
  readonly callId: string
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  readonly input: unknown
  readonly session: string | undefined
  readonly turn: Turn | undefined
  readonly parent: ParentRun | undefined
  readonly priority: number
  readonly idempotencyKey: string
  bound(): BoundCall
  remainingMs(now: number): number
  watchDeadline(): void
  onExpire(now: number): void
  onFlightEnd(outcome: { readonly output: unknown } | { readonly error: ToolError }, now: number): void
  cancel(reason: unknown): void
}

/** An execution that equal calls share while it runs. */
export interface SharedRun {
  /** On the monotonic clock. */
  readonly startedAt: number
  /** Whether it was begun for the call of this attempt, or for one above: joining it would wait for itself. */
  isAncestorOf(parent: ParentRun): boolean
  /** Whether one who joined would wait here for a permit that its own ancestor holds. */
  wouldBlock(parent: ParentRun): boolean
  join(waiter: FlightWaiter): void
}
