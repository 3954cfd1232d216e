import type { BoundCall } from '../../call/tool-call.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { CallOptions } from '../../tool/call-options.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { Engine } from '../engine/engine.ts'
import type { ParentRun } from '../engine/parent-run.ts'
import { policyOfCall, type ResolvedPolicy, type ToolRecord } from '../engine/tool-record.ts'
import { CallExtras } from './call-extras.ts'

/** What a call is, before anything happens to it: its tool, its place in the tree, its options, its names. */
export class CallFrame {
  readonly engine: Engine
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  readonly scope: ScopeNode
  readonly parent: ParentRun | undefined
  readonly turn: Turn | undefined
  /** On the monotonic clock. */
  readonly startedAt: number
  /** As given, and from validation on as the tool's schema gives them. */
  input: unknown
  protected readonly options: CallOptions | undefined
  /** The arguments come from a model: an object, or JSON text. */
  protected readonly isDispatch: boolean
  protected extras: CallExtras | undefined = undefined
  readonly #sequence: number
  #callId: string | undefined

  constructor(engine: Engine, request: CallRequest) {
    const { tool, options, metadata, isWrapped } = request
    const record = engine.recordOf(tool)
    this.engine = engine
    this.record = record ?? engine.noTool
    this.policy = options?.policy === undefined ? this.record.policy : policyOfCall(this.record, options.policy)
    this.scope = request.scope
    this.parent = request.parent
    this.turn = request.turn
    this.startedAt = engine.clock.monotonic()
    this.input = request.arguments
    this.options = options
    this.isDispatch = request.isDispatch
    this.#sequence = engine.nextSequence()
    this.#callId = request.callId
    if (record === undefined) this.more.toolName = typeof tool === 'string' ? tool : tool.name
    if (metadata !== undefined) this.more.metadata = metadata
    if (isWrapped === true) this.more.isWrapped = true
  }

  get callId(): string {
    this.#callId ??= this.engine.callId(this.#sequence)
    return this.#callId
  }

  get toolName(): string {
    return this.extras?.toolName ?? this.record.tool.name
  }

  get session(): string | undefined {
    return this.options?.session ?? this.scope.session
  }

  get tenant(): string | undefined {
    return this.options?.tenant ?? this.scope.tenant
  }

  get priority(): number {
    return this.options?.priority ?? this.policy.priority ?? this.parent?.priority ?? 0
  }

  get idempotencyKey(): string {
    return this.options?.idempotencyKey ?? `${this.engine.id}-${this.#sequence}`
  }

  bound(): BoundCall {
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
