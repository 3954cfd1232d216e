import type { BoundCall } from '../../call/tool-call.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { CallOptions } from '../../tool/call-options.ts'
import type { CallFollower } from '../engine/call-follower.ts'
import type { CallPlace, CallRequest } from '../engine/call-request.ts'
import type { Engine } from '../engine/engine.ts'
import type { ParentRun } from '../engine/parent-run.ts'
import { policyOfCall, type ResolvedPolicy, type ToolRecord } from '../engine/tool-record.ts'
import { Execution } from '../execution/execution.ts'
import { CallExtras } from './call-extras.ts'

/** What a call is, before anything happens to it: its tool, its place in the tree, its options, its names. */
export abstract class CallFrame extends Execution {
  override readonly engine: Engine
  override readonly record: ToolRecord
  override readonly policy: ResolvedPolicy
  /** On the monotonic clock. */
  readonly startedAt: number
  /** As given, and from validation on as the tool's schema gives them. */
  override input: unknown
  protected readonly options: CallOptions | undefined
  /** The arguments come from a model: an object, or JSON text. */
  protected readonly isDispatch: boolean
  protected extras: CallExtras | undefined = undefined
  protected readonly position: CallPlace
  /** The caller's own id, or a number from which one is made when somebody asks for it. */
  private id: string | number

  constructor(engine: Engine, request: CallRequest) {
    super()
    const { tool, options, metadata, isWrapped, follower } = request
    const record = engine.recordOf(tool)
    this.engine = engine
    this.record = record ?? engine.noTool
    this.policy = options?.policy === undefined ? this.record.policy : policyOfCall(this.record, options.policy)
    this.position = request.place
    this.startedAt = engine.clock.monotonic()
    this.input = request.arguments
    this.options = options
    this.isDispatch = request.isDispatch
    this.id = request.callId ?? engine.nextSequence()
    if (record === undefined) this.more.toolName = typeof tool === 'string' ? tool : tool.name
    if (metadata !== undefined) this.more.metadata = metadata
    if (isWrapped === true) this.more.isWrapped = true
    if (follower !== undefined) this.more.follower = follower
  }

  override get scope(): ScopeNode {
    return this.position.scope
  }

  override get parent(): ParentRun | undefined {
    return this.position.parent
  }

  override get turn(): Turn | undefined {
    return this.position.turn
  }

  override get callId(): string {
    if (typeof this.id === 'number') this.id = this.engine.callId(this.id)
    return this.id
  }

  override get toolName(): string {
    return this.extras?.toolName ?? this.record.tool.name
  }

  override get session(): string | undefined {
    return this.options?.session ?? this.scope.session
  }

  get tenant(): string | undefined {
    return this.options?.tenant ?? this.scope.tenant
  }

  /** How similar an answer to other words has to be for this call. */
  get minSimilarity(): number | undefined {
    return this.options?.minSimilarity
  }

  override get follower(): CallFollower | undefined {
    return this.extras?.follower
  }

  override get priority(): number {
    return this.options?.priority ?? this.policy.priority ?? this.parent?.priority ?? 0
  }

  override get idempotencyKey(): string {
    const given = this.options?.idempotencyKey
    if (given !== undefined) return given
    const extras = this.more
    extras.idempotencyKey ??= `${this.engine.id}-${this.engine.nextSequence()}`
    return extras.idempotencyKey
  }

  override bound(): BoundCall {
    const extras = this.more
    extras.bound ??= {
      callId: this.callId,
      tool: this.toolName,
      arguments: this.input,
      session: this.session,
      tenant: this.tenant,
      metadata: this.options?.metadata ?? extras.metadata ?? {},
    }
    return extras.bound
  }

  /** What most calls do without, made on first use. */
  protected get more(): CallExtras {
    this.extras ??= new CallExtras()
    return this.extras
  }
}
