import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { CallSink } from './call-sink.ts'
import type { Engine } from './engine.ts'
import type { ParentRun } from './parent-run.ts'
import type { ResolvedPolicy, ToolRecord } from './tool-record.ts'

/** For whom an execution runs: one call, or a flight that several calls share. */
export interface ExecutionOwner extends CallSink {
  readonly engine: Engine
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  /** The arguments, as the tool's schema gives them. */
  readonly input: unknown
  readonly callId: string
  readonly priority: number
  readonly session: string | undefined
  readonly turn: Turn | undefined
  /** The attempt of another call that asked for this one. */
  readonly parent: ParentRun | undefined
  readonly scope: ScopeNode
  readonly idempotencyKey: string
  /** What functions in the policy are given. */
  bound(): BoundCall
  /** Milliseconds until the owner gives up; `now` is a reading of the monotonic clock. */
  remainingMs(now: number): number
  /** From now on the owner's deadline may come before anything else happens. */
  watchDeadline(): void
  /** The owner's deadline has passed unnoticed. */
  onExpire(now: number): void
  onSuccess(value: unknown, now: number): void
  onFailure(error: ToolError, now: number): void
  /** Nothing of this execution goes on any more. */
  onWorkEnd(): void
}
