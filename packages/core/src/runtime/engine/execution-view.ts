import type { BoundCall } from '../../call/tool-call.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { CallFollower } from './call-follower.ts'
import type { CallSink } from './call-sink.ts'
import type { Engine } from './engine.ts'
import type { ParentRun } from './parent-run.ts'
import type { ResolvedPolicy, ToolRecord } from './tool-record.ts'

/** What an attempt and its tool see of the execution that they are part of. */
export interface ExecutionView extends CallSink {
  readonly engine: Engine
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  /** The arguments, as the tool's schema gives them. */
  readonly input: unknown
  readonly callId: string
  readonly priority: number
  readonly session: string | undefined
  /** The attempt of another call that asked for this one. */
  readonly parent: ParentRun | undefined
  readonly scope: ScopeNode
  readonly idempotencyKey: string
  readonly follower: CallFollower | undefined
  /** What functions in the policy are given. */
  bound(): BoundCall
  /** Milliseconds until it is ended at the latest; `now` is a reading of the monotonic clock. */
  remainingMs(now: number): number
  /** The deadline has passed unnoticed. */
  onExpire(now: number): void
  /** One more attempt waits for input, or one less: while there are some, the limit of its policy stands still. */
  asks(more: 1 | -1): void
}
