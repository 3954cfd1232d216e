import type { BoundCall } from '../../../call/tool-call.ts'
import type { ToolError } from '../../../errors/tool-error.ts'
import type { Turn } from '../../../policies/concurrency/turn.ts'
import type { ScopeChild, ScopeTree } from '../../../scope/scope-child.ts'
import type { ScopeNode } from '../../../scope/scope-node.ts'
import type { CallFollower } from '../../engine/call-follower.ts'
import type { StepBody } from '../../engine/call-sink.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ParentRun } from '../../engine/parent-run.ts'
import type { FlightWaiter, SharedEnd, SharedRun } from '../../engine/shared-run.ts'
import type { ResolvedPolicy, ToolRecord } from '../../engine/tool-record.ts'
import { Execution } from '../../execution/execution.ts'
import type { FlightPlan } from './flight-plan.ts'
import { runUnderLease } from './lease-stage.ts'
import { endLease, keepError, keepOutput } from './store-stage.ts'

/**
 * One execution that serves every equal call which asks while it runs. It lives in the runtime's scope; its context,
 * and where it is nested, are its first caller's; its deadline and priority are the highest of its waiters'. When one
 * waiter leaves, it goes on; when the last one does, it is told to end.
 */
export class Flight extends Execution implements SharedRun, ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  override readonly engine: Engine
  readonly startedAt: number
  /** No more waiters are taken. */
  isOver = false
  readonly plan: FlightPlan
  /** The lease under which it runs. */
  token: string | undefined = undefined
  pauses = 0
  /** Whose context it is, also when it has left. */
  private readonly first: FlightWaiter
  /** Who waits, while it is only one. */
  private only: FlightWaiter | undefined
  /** Who waits, in the order of their coming, from the second one on. The first of them is told every event. */
  private many: Set<FlightWaiter> | undefined = undefined
  private inScope = true
  private onceIdle: (() => void)[] | undefined = undefined
  /** What follows a wait for another process. */
  private afterPause: (() => void) | undefined = undefined

  constructor(engine: Engine, first: FlightWaiter, plan: FlightPlan, now: number) {
    super()
    this.engine = engine
    this.startedAt = now
    this.plan = plan
    this.first = first
    this.only = first
    this.storeWaitedMs = first.storeWaitedMs
    engine.results.flights.add(plan.place.partition, plan.flightKey, this)
    engine.root.add(this)
  }

  get isRenewal(): boolean {
    return this.plan.isRenewal
  }

  get hasTags(): boolean {
    return this.plan.place.rules.tags !== undefined
  }

  get ownSession(): string | undefined {
    return this.plan.place.session
  }

  get epoch(): number | undefined {
    return this.plan.epoch
  }

  override get record(): ToolRecord {
    return this.first.record
  }

  override get policy(): ResolvedPolicy {
    return this.first.policy
  }

  override get input(): unknown {
    return this.first.input
  }

  override get callId(): string {
    return this.first.callId
  }

  override get session(): string | undefined {
    return this.first.session
  }

  override get turn(): Turn | undefined {
    return this.first.turn
  }

  override get parent(): ParentRun | undefined {
    return this.first.parent
  }

  override get scope(): ScopeNode {
    return this.engine.root
  }

  override get idempotencyKey(): string {
    return this.first.idempotencyKey
  }

  override get follower(): CallFollower | undefined {
    return this.first.follower
  }

  override get toolName(): string {
    return this.record.tool.name
  }

  override get priority(): number {
    return this.greatest((call) => call.priority)
  }

  override get isListening(): boolean {
    if (this.only !== undefined) return this.only.isListening
    return this.waiters().some((waiter) => waiter.isListening)
  }

  /** It is part of no job: nobody can be asked. */
  override asks(): void {}

  /** Begins; everything that can happen at once does. */
  start(now: number): void {
    const { rules } = this.plan.place
    const isKept = rules.ttlMs > 0 || rules.negative !== undefined
    if (isKept && this.engine.results.store.hasLeases) runUnderLease(this)
    else this.execute(now)
  }

  wouldBlock(parent: ParentRun): boolean {
    const { gate, isQueued } = this
    return isQueued && gate !== undefined && (parent.holdsPermitOf(gate) || parent.holdsGlobal())
  }

  isAncestorOf(parent: ParentRun): boolean {
    for (let run: ParentRun | undefined = parent; run !== undefined; run = run.parent) {
      if (run.execution === this) return true
    }
    return false
  }

  join(waiter: FlightWaiter): void {
    if (this.many === undefined) {
      // its deadline is no longer the execution's: from now on it has to look after it by itself
      this.only?.watchDeadline()
      this.many = new Set(this.waiters())
      this.only = undefined
    }
    this.many.add(waiter)
    this.raisePriority(waiter.priority)
  }

  /** A waiter was answered otherwise; the last one ends the flight. */
  leave(
    waiter: FlightWaiter,
    end: { readonly reason: unknown; readonly now: number; readonly judge: 'ignored' | 'failure' },
  ): void {
    if (!this.removeWaiter(waiter) || this.isOver || this.only !== undefined || (this.many?.size ?? 0) > 0) return
    this.land()
    this.abort(end.reason, end.now, end.judge)
    endLease(this)
    this.leaveScope()
  }

  cancel(reason: unknown): void {
    for (const waiter of this.waiters()) waiter.cancel(reason)
  }

  tree(): ScopeTree {
    const status = this.isQueued ? 'queued' : 'running'
    return { kind: 'call', callId: this.callId, tool: this.toolName, status, children: this.children() }
  }

  override bound(): BoundCall {
    return this.first.bound()
  }

  override remainingMs(now: number): number {
    return this.greatest((waiter) => waiter.remainingMs(now))
  }

  override watchDeadline(): void {
    for (const waiter of this.waiters()) waiter.watchDeadline()
  }

  override onExpire(now: number): void {
    for (const waiter of this.waiters()) waiter.onExpire(now)
  }

  /** Progress and outputs reach every waiter; how they come about is told of the first one only. */
  override emit(body: StepBody): void {
    const isShared = body.type === 'progress' || body.type === 'output'
    for (const waiter of this.waiters()) {
      if (waiter.isListening) waiter.emit(body)
      if (!isShared) return
    }
  }

  override onSuccess(value: unknown, now: number): void {
    this.settle(keepOutput(this, value), now)
  }

  override onFailure(error: ToolError, now: number): void {
    this.settle(keepError(this, error), now)
  }

  /** Ends without having run. */
  endWith(end: SharedEnd): void {
    this.settle(end, this.engine.clock.monotonic())
  }

  /** Calls `resume` after `ms` milliseconds, unless it is over by then. */
  pause(ms: number, resume: () => void): void {
    this.afterPause = resume
    this.wait(ms, this.engine.clock.monotonic())
  }

  protected override onWaitEnd(now: number): void {
    const resume = this.afterPause
    if (resume === undefined) return super.onWaitEnd(now)
    this.afterPause = undefined
    resume()
  }

  override onIdle(): void {
    this.leaveScope()
  }

  /** Runs `resume` when the work of the flight has ended: at once, if it has. */
  whenIdle(resume: () => void): void {
    if (!this.inScope) return resume()
    if (this.onceIdle === undefined) this.onceIdle = [resume]
    else this.onceIdle.push(resume)
  }

  private settle(end: SharedEnd, now: number): void {
    this.land()
    if (this.only !== undefined) this.only.onFlightEnd(end, now)
    else for (const waiter of this.waiters()) waiter.onFlightEnd(end, now)
    this.leaveScope()
  }

  /** The next equal call starts afresh. */
  private land(): void {
    const { place, flightKey } = this.plan
    this.isOver = true
    this.engine.results.flights.remove(place.partition, flightKey, this)
  }

  private leaveScope(): void {
    if (!this.isOver || !this.isIdle || !this.inScope) return
    this.inScope = false
    this.engine.root.remove(this)
    if (this.onceIdle !== undefined) for (const resume of this.onceIdle.splice(0)) resume()
  }

  /** A copy: who is told something may leave. */
  private waiters(): FlightWaiter[] {
    if (this.only !== undefined) return [this.only]
    return this.many === undefined ? [] : [...this.many]
  }

  private removeWaiter(waiter: FlightWaiter): boolean {
    if (this.only !== waiter) return this.many?.delete(waiter) ?? false
    this.only = undefined
    return true
  }

  private greatest(read: (waiter: FlightWaiter) => number): number {
    if (this.only !== undefined) return read(this.only)
    return this.waiters().reduce((greatest, waiter) => Math.max(greatest, read(waiter)), Number.NEGATIVE_INFINITY)
  }
}
