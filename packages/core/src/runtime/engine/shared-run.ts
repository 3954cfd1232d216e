import type { CacheMeta } from '../../call/call-result.ts'
import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { CallFollower } from './call-follower.ts'
import type { CallSink } from './call-sink.ts'
import type { ParentRun } from './parent-run.ts'
import type { ResolvedPolicy, ToolRecord } from './tool-record.ts'

/** How an execution ends for each of its waiters: with what it gave, or with what the cache had in its place. */
export type SharedEnd = ({ readonly output: unknown } | { readonly error: ToolError }) & {
  readonly cache?: CacheMeta | undefined
}

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
  readonly follower: CallFollower | undefined
  /** Milliseconds that it has waited for stores. */
  readonly storeWaitedMs: number
  bound(): BoundCall
  remainingMs(now: number): number
  watchDeadline(): void
  onExpire(now: number): void
  onFlightEnd(end: SharedEnd, now: number): void
  cancel(reason: unknown): void
}

/** An execution that equal calls share while it runs. */
export interface SharedRun {
  /** On the monotonic clock. */
  readonly startedAt: number
  /** It was begun to renew a stale result: those who can have that one do not wait for it. */
  readonly isRenewal: boolean
  /** A write may outdate what it gives. */
  readonly hasTags: boolean
  /** The session that alone may have its result. */
  readonly ownSession: string | undefined
  /** The epoch of its partition when it began, where that is known. */
  readonly epoch: number | undefined
  /** Whether it was begun for the call of this attempt, or for one above: joining it would wait for itself. */
  isAncestorOf(parent: ParentRun): boolean
  /** Whether one who joined would wait here for a permit that its own ancestor holds. */
  wouldBlock(parent: ParentRun): boolean
  join(waiter: FlightWaiter): void
}
