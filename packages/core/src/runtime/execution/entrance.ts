import type { BoundCall } from '../../call/tool-call.ts'
import { executionError } from '../../errors/execution-error.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { givenString } from '../../options/check-option.ts'
import type { Gate, Permit } from '../../policies/concurrency/gate.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import { Waiter, type WaiterOwner } from '../../policies/concurrency/waiter.ts'
import { rateLimitedError } from '../../policies/rate-limit/rate-limited-error.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { CallFollower } from '../engine/call-follower.ts'
import type { StepBody } from '../engine/call-sink.ts'
import type { Engine } from '../engine/engine.ts'
import type { ExecutionView } from '../engine/execution-view.ts'
import type { ParentRun } from '../engine/parent-run.ts'
import { type ErrorPlace, queueFull, queueTimeout, toolStuck } from '../engine/refusal.ts'
import type { StoreCaller } from '../engine/stores/store-access.ts'
import { captureContext, runInContext, type SubmitterContext } from '../engine/submitter-context.ts'
import type { Deadline, DeadlineOwner } from '../engine/timer-lists.ts'
import type { ResolvedPolicy, ToolRecord } from '../engine/tool-record.ts'
import { rejectBeforeQueue } from './breaker-guard.ts'
import { type CallTokens, tokensFor } from './call-tokens.ts'

/**
 * How an attempt comes by its permit: the breaker's early reject, the queue, the tokens of rate limits. The first of
 * the layers of which a call is made; the next is `Passage`.
 *
 * Base classes and no parts of a call, because a waiting call has to be small and quick: all of it is one object. For
 * the same reason the members of these layers are `private`, not `#private`: the engine makes each layer's `#private`
 * fields and methods by a function of its own, which seven layers deep costs more than all else that a new call does.
 */
export abstract class Entrance implements DeadlineOwner, WaiterOwner, ExecutionView, StoreCaller {
  attempts = 0
  queuedMs = 0
  storeWaitedMs = 0
  isAborted = false
  /** Attempts and answers of stores that are still awaited. */
  protected active = 0
  /** Where the policy's own function says it. */
  private ownBreakerKey: string | undefined = undefined
  private ownGate: Gate | undefined = undefined
  private waiter: Waiter | undefined = undefined
  /** The end of the patience in a queue, or of a wait outside of it. */
  private waitEnd: Deadline | undefined = undefined
  /** The submitter's async context, kept where something else will wake the call. */
  private context: SubmitterContext | undefined = undefined

  abstract readonly engine: Engine
  abstract readonly record: ToolRecord
  abstract readonly policy: ResolvedPolicy
  abstract readonly input: unknown
  abstract readonly callId: string
  abstract readonly toolName: string
  abstract readonly priority: number
  abstract readonly session: string | undefined
  abstract readonly turn: Turn | undefined
  abstract readonly parent: ParentRun | undefined
  abstract readonly scope: ScopeNode
  abstract readonly idempotencyKey: string
  abstract readonly follower: CallFollower | undefined
  abstract readonly isListening: boolean
  abstract bound(): BoundCall
  abstract emit(body: StepBody): void
  abstract remainingMs(now: number): number
  abstract asks(more: 1 | -1): void
  /** From now on the deadline may come before anything else happens. */
  abstract watchDeadline(): void
  /** The deadline has passed unnoticed. */
  abstract onExpire(now: number): void
  /** The permit, and the tokens, are taken. */
  protected abstract onPermit(permit: Permit, now: number): void
  /** It ended before there was an attempt. */
  protected abstract onRefuse(error: ToolError, now: number): void
  /** The wait between two attempts is over; runs in the submitter's context. */
  protected abstract onWaitEnd(now: number): void
  /** Nothing of it goes on any more. */
  protected abstract onIdle(): void

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.active === 0 && this.waiter === undefined && this.waitEnd === undefined
  }

  get place(): ErrorPlace {
    return { tool: this.toolName, callId: this.callId, attempts: this.attempts }
  }

  get isQueued(): boolean {
    return this.waiter !== undefined
  }

  get breakerKey(): string {
    return this.ownBreakerKey ?? this.record.tool.name
  }

  get gate(): Gate | undefined {
    return this.ownGate
  }

  /** Raises the priority of a call that still waits. */
  raisePriority(priority: number): void {
    const waiter = this.waiter
    if (waiter !== undefined && priority > waiter.priority) this.ownGate?.reprioritize(waiter, priority)
  }

  onAdmit(): void {
    const [waiter, gate] = [this.waiter, this.ownGate]
    if (waiter === undefined || gate === undefined) return
    const now = this.leaveQueue(waiter)
    const { tokens, skipsGlobal } = waiter
    const permit = skipsGlobal ? gate.nestedPermit : gate.permit
    this.inContext(() => this.onPermit(tokens === undefined ? permit : { ...permit, tokens }, now))
  }

  onDrop(): void {
    const [waiter, gate] = [this.waiter, this.ownGate]
    if (waiter !== undefined && gate !== undefined) this.refuse(this.fullError(gate), this.leaveQueue(waiter))
  }

  onStuck(): void {
    const [waiter, gate] = [this.waiter, this.ownGate]
    if (waiter !== undefined && gate !== undefined) this.refuse(this.stuckError(gate), this.leaveQueue(waiter))
  }

  onRateLimit(error: ToolError): void {
    const waiter = this.waiter
    if (waiter === undefined) return
    const now = this.leaveQueue(waiter)
    this.leaveGate(waiter)
    this.refuse(error, now)
  }

  onDeadline(_deadline: Deadline): void {
    const waiter = this.waiter
    const now = this.engine.clock.monotonic()
    this.waitEnd = undefined
    if (waiter === undefined) return this.inContext(() => this.onWaitEnd(now))
    this.leaveQueue(waiter)
    this.leaveGate(waiter)
    this.refuse(queueTimeout(this.place, waiter.rules.queueTimeoutMs), now)
  }

  /** From the breaker's early reject to the permit. */
  protected approach(now: number): void {
    const { parent, policy, engine } = this
    const gate = this.findGate(now)
    if (gate === undefined) return
    const isStuck = gate.isStuck(policy.concurrency)
    // Breakers in memory are asked for real in a moment: there, only a call that would wait has to look first.
    if (isStuck || !engine.breakersAnswerAtOnce) {
      const rejected = rejectBeforeQueue(this, now)
      if (rejected !== undefined || isStuck) return this.refuse(rejected ?? this.stuckError(gate), now)
    }
    const isNested = parent?.holdsPermitOf(gate) ?? false
    const pausedMs = engine.cooldowns.remainingMs(gate)
    if (pausedMs > 0 && (isNested || !this.mayWait(pausedMs, now))) return this.pauseAt(gate, pausedMs, now)
    let tokens: CallTokens | undefined
    try {
      tokens = tokensFor(this, gate, isNested)
    } catch (error) {
      return this.failKeys(error, now)
    }
    if (isNested) return this.borrow(gate.borrowedPermit, tokens, now)
    const skipsGlobal = parent?.holdsGlobal() ?? false
    const permit = this.tryEnter(gate, skipsGlobal, tokens)
    if (permit === undefined) this.enqueue(gate, { skipsGlobal, tokens }, now)
    else this.onPermit(permit, now)
  }

  /** Permit and tokens where both are there at once, as they mostly are; a limiter that takes its time is asked in the queue. */
  private tryEnter(gate: Gate, skipsGlobal: boolean, tokens: CallTokens | undefined): Permit | undefined {
    const { engine, policy } = this
    if (tokens !== undefined && !engine.limiter.answersAtOnce) return undefined
    if (!gate.tryEnter(policy.concurrency, skipsGlobal)) return undefined
    const permit = skipsGlobal ? gate.nestedPermit : gate.permit
    if (tokens === undefined) return permit
    if (tokens.take() === true) return { ...permit, tokens }
    gate.free(policy.concurrency, skipsGlobal, undefined)
    return undefined
  }

  /** Leaves queues and waits. */
  protected leaveWaits(): void {
    const waiter = this.waiter
    this.waiter = undefined
    this.endWait()
    if (waiter !== undefined) this.leaveGate(waiter)
  }

  /** Calls `onWaitEnd` after `ms` milliseconds. */
  protected wait(ms: number, now: number): void {
    this.captureContext()
    this.watchDeadline()
    this.waitEnd = this.engine.timers.start(this, now, ms)
  }

  protected captureContext(): void {
    this.context ??= captureContext()
  }

  /** Runs in the submitter's async context, where it was captured. */
  inContext(run: () => void): void {
    runInContext(this.context, run)
  }

  /** Where the call goes: what its policy's key functions say, or its tool. Fails it where they throw. */
  private findGate(now: number): Gate | undefined {
    const { policy, record, engine } = this
    const { breaker, concurrency } = policy
    // nobody may have used the key since the last attempt, and its gate be forgotten
    if (this.ownGate !== undefined) {
      this.ownGate = engine.admission.gate(this.ownGate.key)
      return this.ownGate
    }
    try {
      // a promise would be another key for every call
      this.ownGate =
        concurrency.key === undefined
          ? record.gate
          : engine.admission.gate(givenString('concurrency.key', concurrency.key(this.bound())))
      if (breaker?.key !== undefined) this.ownBreakerKey = givenString('breaker.key', breaker.key(this.bound()))
      return this.ownGate
    } catch (error) {
      this.failKeys(error, now)
      return undefined
    }
  }

  /** A function of the policy has thrown. */
  private failKeys(error: unknown, now: number): void {
    this.refuse(executionError(error, { ...this.place, now: this.engine.clock.now() }), now)
  }

  /** The backend wants nobody now: waits outside of the queue, or is refused where it would wait too long. */
  private pauseAt(gate: Gate, pausedMs: number, now: number): void {
    const retryAfterMs = Math.ceil(pausedMs)
    if (!this.mayWait(pausedMs, now)) {
      return this.refuse(rateLimitedError({ ...this.place, key: gate.key, retryAfterMs }), now)
    }
    this.wait(pausedMs, now)
    this.tellPause(gate)
  }

  /** Tells where a call waits since the backend wants nobody now. */
  private tellPause(gate: Gate): void {
    const delayMs = Math.ceil(this.engine.cooldowns.remainingMs(gate))
    if (delayMs > 0 && this.isListening) this.emit({ type: 'limit-wait', key: gate.key, delayMs })
  }

  private mayWait(ms: number, now: number): boolean {
    const { concurrency, rateLimit } = this.policy
    return ms < this.remainingMs(now) && concurrency.queue > 0 && rateLimit?.some(({ rejects }) => rejects) !== true
  }

  /** Runs under the permit of an ancestor. Tokens are needed all the same, and waited for outside of the queue. */
  private borrow(permit: Permit, tokens: CallTokens | undefined, now: number): void {
    if (tokens === undefined) return this.onPermit(permit, now)
    const taken = tokens.take()
    if (typeof taken === 'boolean') return this.afterTokens({ ...permit, tokens }, tokens, taken)
    this.active += 1
    this.captureContext()
    this.watchDeadline()
    taken.then((late) => {
      this.active -= 1
      if (!this.isAborted) return this.inContext(() => this.afterTokens({ ...permit, tokens }, tokens, late))
      if (late) tokens.refund()
      if (this.isIdle) this.onIdle()
    })
  }

  private afterTokens(permit: Permit, tokens: CallTokens, taken: boolean): void {
    const now = this.engine.clock.monotonic()
    if (taken) return this.onPermit(permit, now)
    const refusal = tokens.refusal()
    if (refusal !== undefined) return this.refuse(refusal, now)
    this.wait(Math.ceil(tokens.retryAfterMs), now)
    tokens.tellWait()
  }

  private enqueue(
    gate: Gate,
    { skipsGlobal, tokens }: { readonly skipsGlobal: boolean; readonly tokens: CallTokens | undefined },
    now: number,
  ): void {
    const { priority, session, turn, policy, engine } = this
    const rejected = rejectBeforeQueue(this, now)
    if (rejected !== undefined) return this.refuse(rejected, now)
    const rules = policy.concurrency
    const waiter = new Waiter({ owner: this, rules, priority, session, skipsGlobal, turn, tokens })
    if (tokens !== undefined) tokens.waiter = waiter
    this.waiter = waiter
    this.captureContext()
    if (gate.enter(waiter, now) === 'full') {
      this.waiter = undefined
      return this.refuse(this.fullError(gate), now)
    }
    if (this.waiter !== waiter) return
    this.watchDeadline()
    this.waitEnd = engine.timers.start(this, now, rules.queueTimeoutMs)
    if (this.isListening) this.emit({ type: 'call-queue', key: gate.key })
    if (this.waiter === waiter) this.tellPause(gate)
  }

  /** Ends without an attempt. */
  protected refuse(error: ToolError, now: number): void {
    if (this.ownGate !== undefined) this.forget(this.ownGate)
    if (!this.isAborted) this.onRefuse(error, now)
  }

  private leaveGate(waiter: Waiter): void {
    const gate = this.ownGate
    if (gate === undefined) return
    gate.leave(waiter)
    this.forget(gate)
  }

  /** A gate is kept only while it is in use, or a tool's own. */
  protected forget(gate: Gate): void {
    this.engine.admission.forgetIdle(gate)
  }

  /** The wait in the queue is over, whatever follows; gives the time. */
  private leaveQueue(waiter: Waiter): number {
    const now = this.engine.clock.monotonic()
    this.waiter = undefined
    this.endWait()
    this.queuedMs += now - waiter.enqueuedAt
    return now
  }

  private endWait(): void {
    this.waitEnd?.cancel()
    this.waitEnd = undefined
  }

  private fullError(gate: Gate): ToolError {
    return queueFull(this.place, { key: gate.key, retryAfterMs: gate.retryAfterMs(this.policy.concurrency) })
  }

  private stuckError(gate: Gate): ToolError {
    return toolStuck(this.place, { key: gate.key, abandoned: gate.overdue })
  }
}
