import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { CallFollower } from '../engine/call-follower.ts'
import type { StepBody } from '../engine/call-sink.ts'
import type { Engine } from '../engine/engine.ts'
import type { ParentRun } from '../engine/parent-run.ts'
import type { ResolvedPolicy, ToolRecord } from '../engine/tool-record.ts'
import { Passage } from './passage.ts'

/** Whom an extra attempt tells how it ends. */
export interface HedgeReport {
  /** The number of the attempt that starts now. */
  countAttempt(): number
  onRunOk(run: HedgeRun, value: unknown, attempt: Attempt, now: number): void
  onRunFail(run: HedgeRun, error: ToolError, now: number): void
  /** It delivers a part of its output. */
  onRunCommit(run: HedgeRun): void
  /** Its work has ended. */
  onRunIdle(run: HedgeRun): void
}

/** An extra attempt beside those of an execution: it goes its own way through queue and breaker, for the same call. */
export class HedgeRun extends Passage {
  readonly #primary: Passage
  readonly #report: HedgeReport

  constructor(primary: Passage, report: HedgeReport) {
    super()
    this.#primary = primary
    this.#report = report
  }

  override get execution(): object {
    return this.#primary.execution
  }

  override get engine(): Engine {
    return this.#primary.engine
  }

  override get record(): ToolRecord {
    return this.#primary.record
  }

  override get policy(): ResolvedPolicy {
    return this.#primary.policy
  }

  override get input(): unknown {
    return this.#primary.input
  }

  override get callId(): string {
    return this.#primary.callId
  }

  override get toolName(): string {
    return this.#primary.toolName
  }

  override get priority(): number {
    return this.#primary.priority
  }

  override get session(): string | undefined {
    return this.#primary.session
  }

  override get turn(): Turn | undefined {
    return this.#primary.turn
  }

  override get parent(): ParentRun | undefined {
    return this.#primary.parent
  }

  override get scope(): ScopeNode {
    return this.#primary.scope
  }

  override get idempotencyKey(): string {
    return this.#primary.idempotencyKey
  }

  override get follower(): CallFollower | undefined {
    return this.#primary.follower
  }

  override get isListening(): boolean {
    return this.#primary.isListening
  }

  /** Begins; everything that can happen at once does. */
  start(now: number): void {
    this.approach(now)
  }

  override bound(): BoundCall {
    return this.#primary.bound()
  }

  override emit(body: StepBody): void {
    this.#primary.emit(body)
  }

  override remainingMs(now: number): number {
    return this.#primary.remainingMs(now)
  }

  override asks(more: 1 | -1): void {
    this.#primary.asks(more)
  }

  override watchDeadline(): void {
    this.#primary.watchDeadline()
  }

  override onExpire(now: number): void {
    this.#primary.onExpire(now)
  }

  override commit(): void {
    if (this.committed) return
    super.commit()
    this.#report.onRunCommit(this)
  }

  protected override announce(): void {
    this.attempts = this.#report.countAttempt()
    if (!this.isListening) return
    this.emit({ type: 'hedge-start', attempt: this.attempts })
    if (!this.isAborted) this.emit({ type: 'attempt-start', attempt: this.attempts })
  }

  protected override onTryOk(value: unknown, attempt: Attempt, now: number): void {
    this.#report.onRunOk(this, value, attempt, now)
  }

  protected override onTryFail(error: ToolError, now: number): void {
    this.#report.onRunFail(this, error, now)
  }

  protected override onRefuse(error: ToolError, now: number): void {
    this.#report.onRunFail(this, error, now)
  }

  protected override onWaitEnd(now: number): void {
    this.approach(now)
  }

  protected override onIdle(): void {
    this.#report.onRunIdle(this)
  }
}
