import { AsyncResource } from 'node:async_hooks'
import type { BoundCall } from '../call/tool-call.ts'
import { executionError } from '../errors/execution-error.ts'
import type { ToolError } from '../errors/tool-error.ts'
import type { BreakerAdmission } from '../ports/breaker-store.ts'
import type { Gate, Permit } from '../policies/concurrency/gate.ts'
import type { Turn } from '../policies/concurrency/turn.ts'
import { Waiter, type WaiterOwner } from '../policies/concurrency/waiter.ts'
import { decideRetry } from '../policies/retry/decide-retry.ts'
import type { ScopeTree } from '../scope/scope-child.ts'
import type { ScopeNode } from '../scope/scope-node.ts'
import { Attempt, type AttemptPass } from './attempt.ts'
import { admit, giveBack, openError, record, rejectBeforeQueue } from './breaker-guard.ts'
import type { StepBody } from './call-sink.ts'
import type { Engine } from './engine.ts'
import { type ErrorPlace, queueFull, queueTimeout, toolStuck, withDetails } from './refusal.ts'
import type { Deadline, DeadlineOwner } from './timer-lists.ts'
import type { ResolvedPolicy, ToolRecord } from './tool-record.ts'

/** For whom an {@link Execution} runs: one call, or a flight that several calls share. */
export interface ExecutionOwner {
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
  readonly parent: Attempt | undefined
  readonly scope: ScopeNode
  readonly idempotencyKey: string
  readonly isListening: boolean
  /** What functions in the policy are given. */
  bound(): BoundCall
  /** Milliseconds until the owner gives up; `now` is a reading of the monotonic clock. */
  remainingMs(now: number): number
  /** From now on the owner's deadline may come before anything else happens. */
  watchDeadline(): void
  /** The owner's deadline has passed unnoticed. */
  onExpire(now: number): void
  emit(body: StepBody): void
  onSuccess(value: unknown, now: number): void
  onFailure(error: ToolError, now: number): void
  /** Nothing of this execution goes on any more. */
  onWorkEnd(): void
}

/** Runs under a permit that an ancestor holds. */
const borrowed: Permit = { gate: undefined, skipsGlobal: true }

/** Where a call goes: what its policy's key functions say, or its tool. */
interface Keys {
  readonly gate: Gate
  readonly breaker: string
}

/**
 * The stages of a call from the breaker's early reject to its last attempt: it waits for a permit, is admitted by the
 * breaker, attempts, waits and attempts again. Nothing is held during a wait.
 */
export class Execution implements DeadlineOwner, WaiterOwner {
  readonly engine: Engine
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  readonly owner: ExecutionOwner
  attempts = 0
  queuedMs = 0
  /** A partial output was delivered: there is no way back. */
  committed = false
  isAborted = false
  breakerKey = ''
  /** Attempts and admissions whose work has not ended. */
  #active = 0
  #gate: Gate | undefined = undefined
  #attempt: Attempt | undefined = undefined
  #waiter: Waiter | undefined = undefined
  #wait: Deadline | undefined = undefined
  #delayMs = 0
  /** A retry of the budget is in use. */
  #usesBudget = false
  /** The submitter's async context, kept where something else will wake the call. */
  #context: AsyncResource | undefined = undefined

  constructor(owner: ExecutionOwner) {
    this.engine = owner.engine
    this.record = owner.record
    this.policy = owner.policy
    this.owner = owner
  }

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.#active === 0 && this.#waiter === undefined && this.#wait === undefined
  }

  get isQueued(): boolean {
    return this.#waiter !== undefined
  }

  get gate(): Gate | undefined {
    return this.#gate
  }

  get place(): ErrorPlace {
    return { tool: this.record.tool.name, callId: this.owner.callId, attempts: this.attempts }
  }

  /** The calls that the tool has made and that run now. */
  children(): readonly ScopeTree[] {
    return this.#attempt?.childTrees() ?? []
  }

  /** Begins; everything that can happen at once does. */
  start(now: number): void {
    let keys: Keys
    try {
      keys = this.#keys()
    } catch (error) {
      this.owner.onFailure(executionError(error, { ...this.place, now: this.engine.clock.now() }), now)
      return
    }
    this.#gate = keys.gate
    this.breakerKey = keys.breaker
    if (this.record.budget !== undefined) this.record.budget.attempt(now)
    this.#approach(keys.gate, now)
  }

  /** Ends it: leaves queues and waits, tells a running attempt to end. Calls nothing back but `onWorkEnd`. */
  abort(reason: unknown, now: number, judge: 'ignored' | 'failure' = 'ignored'): void {
    if (this.isAborted) return
    this.isAborted = true
    this.#wait?.cancel()
    this.#wait = undefined
    this.#returnBudget()
    const waiter = this.#waiter
    this.#waiter = undefined
    if (waiter !== undefined) this.#leave(waiter)
    const attempt = this.#attempt
    this.#attempt = undefined
    if (attempt === undefined) return
    record(this, attempt, { kind: judge, now })
    attempt.detach(reason, now)
  }

  /** Raises the priority of a call that still waits. */
  raisePriority(priority: number): void {
    if (this.#waiter !== undefined && priority > this.#waiter.priority) {
      this.#gate?.queue.reprioritize(this.#waiter, priority)
    }
  }

  /** Keeps the submitter's context where a timer may have to start the next attempt. */
  keepContext(): void {
    if (this.policy.retry !== undefined && this.policy.mayRepeat) this.#keepContext()
  }

  onAdmit(): void {
    const waiter = this.#waiter
    if (waiter === undefined) return
    const now = this.engine.clock.monotonic()
    this.#endWait(waiter, now)
    const { skipsGlobal, gate } = waiter
    this.#inContext(() => this.#withPermit(skipsGlobal ? gate.nestedPermit : gate.permit, now))
  }

  onDrop(): void {
    const waiter = this.#waiter
    if (waiter === undefined) return
    const now = this.engine.clock.monotonic()
    this.#endWait(waiter, now)
    this.#refuse(this.#queueFull(waiter.gate), now)
  }

  onStuck(): void {
    const waiter = this.#waiter
    if (waiter === undefined) return
    const now = this.engine.clock.monotonic()
    this.#endWait(waiter, now)
    this.#refuse(toolStuck(this.place, { key: waiter.gate.key, abandoned: waiter.gate.overdue }), now)
  }

  onDeadline(): void {
    this.#wait = undefined
    const now = this.engine.clock.monotonic()
    const waiter = this.#waiter
    if (waiter === undefined) {
      if (this.#gate !== undefined) this.#inContext(() => this.#gate && this.#approach(this.#gate, now))
      return
    }
    this.#waiter = undefined
    this.queuedMs += now - waiter.enqueuedAt
    this.#leave(waiter)
    this.#refuse(queueTimeout(this.place, this.policy.concurrency.queueTimeoutMs), now)
  }

  onAttemptOk(attempt: Attempt, value: unknown, now: number): void {
    this.#attempt = undefined
    this.#active -= 1
    this.#returnBudget()
    record(this, attempt, { kind: 'success', now, value })
    attempt.freePermit(now)
    this.owner.onSuccess(value, now)
    attempt.drain()
  }

  /** An attempt has failed; the work of a detached one may go on, and its end comes by `onWorkEnd`. */
  onAttemptFail(attempt: Attempt, error: ToolError, end: { readonly now: number; readonly isDetached: boolean }): void {
    const { now, isDetached } = end
    this.#attempt = undefined
    this.#returnBudget()
    record(this, attempt, { kind: 'failure', now, error })
    if (!isDetached) {
      this.#active -= 1
      attempt.freePermit(now)
    }
    if (this.owner.isListening) this.owner.emit({ type: 'attempt-fail', attempt: attempt.number, error })
    if (!this.isAborted) this.#retryOrFail(error, now)
    if (!isDetached) attempt.drain()
  }

  /** The work of an attempt that was detached has ended, or was given up. */
  onWorkEnd(): void {
    this.#active -= 1
    if (this.isIdle) this.owner.onWorkEnd()
  }

  #keys(): Keys {
    const { breaker, concurrency } = this.policy
    const { record, engine } = this
    const gate = concurrency.key === undefined ? record.gate : engine.admission.gate(concurrency.key(this.owner.bound()))
    return { gate, breaker: breaker?.key === undefined ? record.tool.name : breaker.key(this.owner.bound()) }
  }

  /** From the breaker's early reject to the permit. */
  #approach(gate: Gate, now: number): void {
    const rejected = rejectBeforeQueue(this, now)
    if (rejected !== undefined) return this.#refuse(rejected, now)
    const rules = this.policy.concurrency
    const { parent } = this.owner
    if (parent?.holdsPermitOf(gate)) return this.#withPermit(borrowed, now)
    if (gate.isStuck(rules)) return this.#refuse(toolStuck(this.place, { key: gate.key, abandoned: gate.overdue }), now)
    const skipsGlobal = parent !== undefined && parent.holdsGlobal()
    if (gate.tryEnter(rules, skipsGlobal)) this.#withPermit(skipsGlobal ? gate.nestedPermit : gate.permit, now)
    else this.#queue(gate, skipsGlobal, now)
  }

  #queue(gate: Gate, skipsGlobal: boolean, now: number): void {
    const { priority, session, turn } = this.owner
    const rules = this.policy.concurrency
    const waiter = new Waiter({ owner: this, gate, rules, priority, session, skipsGlobal, turn })
    this.#waiter = waiter
    this.#keepContext()
    if (gate.enter(waiter, now) === 'full') {
      this.#waiter = undefined
      this.#refuse(this.#queueFull(gate), now)
      return
    }
    if (this.#waiter !== waiter) return
    this.owner.watchDeadline()
    if (rules.queueTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#wait = this.engine.timers.start(this, now, rules.queueTimeoutMs)
    }
    if (this.owner.isListening) this.owner.emit({ type: 'call-queue', key: gate.key })
  }

  #withPermit(permit: Permit, now: number): void {
    this.#active += 1
    const admission = admit(this, now)
    if (admission === undefined || !('then' in admission)) {
      this.#afterBreaker(permit, admission, now)
    } else {
      this.owner.watchDeadline()
      admission.then((settled) => this.#afterBreaker(permit, settled, this.engine.clock.monotonic()))
    }
  }

  #afterBreaker(permit: Permit, admission: BreakerAdmission | undefined, now: number): void {
    if (admission !== undefined && !admission.admitted) {
      const { state, retryAfterMs, cause } = admission
      this.#withdraw(permit)
      this.#refuse(openError(this, { state, retryAfterMs, cause }), now)
      this.#drain(permit)
      return
    }
    const remaining = this.owner.remainingMs(now)
    if (!this.isAborted && remaining <= 0) this.owner.onExpire(now)
    if (remaining < this.policy.timeout.attemptMs) this.owner.watchDeadline()
    if (!this.isAborted) this.#announce()
    if (this.isAborted) {
      giveBack(this, admission, now)
      this.#withdraw(permit)
      if (this.isIdle) this.owner.onWorkEnd()
      this.#drain(permit)
      return
    }
    this.#run(permit, admission, now)
  }

  /** Counts the attempt and tells of it. A listener may end the call here. */
  #announce(): void {
    this.attempts += 1
    const { owner } = this
    if (!owner.isListening) return
    if (this.attempts === 1) owner.emit({ type: 'call-start' })
    if (!this.isAborted) owner.emit({ type: 'attempt-start', attempt: this.attempts })
  }

  #run(permit: Permit, pass: AttemptPass | undefined, now: number): void {
    const attempt = new Attempt(this, permit, pass, now)
    this.#attempt = attempt
    attempt.run()
  }

  #retryOrFail(error: ToolError, now: number): void {
    const { policy, record, engine } = this
    if (policy.retry === undefined) return this.owner.onFailure(error, now)
    const decision = decideRetry(policy.retry, {
      error,
      attempt: this.attempts,
      previousDelayMs: this.#delayMs,
      remainingMs: this.owner.remainingMs(now),
      mayRepeat: policy.mayRepeat,
      committed: this.committed,
      random: engine.random,
      budget: record.budget,
      nowMs: now,
    })
    if (decision.retry) return this.#backOff(decision.delayMs, now)
    this.owner.onFailure(decision.budgetSpent ? withDetails(error, { retryBudget: 'spent' }) : error, now)
  }

  #backOff(delayMs: number, now: number): void {
    this.#usesBudget = true
    this.#delayMs = delayMs
    this.#keepContext()
    this.owner.watchDeadline()
    this.#wait = this.engine.timers.start(this, now, delayMs)
    if (this.owner.isListening) this.owner.emit({ type: 'retry-wait', attempt: this.attempts, delayMs })
  }

  /** Ends without an attempt. */
  #refuse(error: ToolError, now: number): void {
    this.#returnBudget()
    this.owner.onFailure(error, now)
  }

  #withdraw({ gate, skipsGlobal }: Permit): void {
    this.#active -= 1
    gate?.free(this.policy.concurrency, skipsGlobal, undefined)
  }

  #drain({ gate }: Permit): void {
    if (gate === undefined) return
    gate.drain()
    this.#forget(gate)
  }

  #leave(waiter: Waiter): void {
    waiter.gate.leave(waiter)
    this.#forget(waiter.gate)
  }

  /** A gate of its own key is kept only while it is in use. */
  #forget(gate: Gate): void {
    if (this.policy.concurrency.key !== undefined) this.engine.admission.forgetIdle(gate)
  }

  #endWait(waiter: Waiter, now: number): void {
    this.#waiter = undefined
    this.#wait?.cancel()
    this.#wait = undefined
    this.queuedMs += now - waiter.enqueuedAt
  }

  #queueFull(gate: Gate): ToolError {
    return queueFull(this.place, { key: gate.key, retryAfterMs: gate.retryAfterMs(this.policy.concurrency) })
  }

  #returnBudget(): void {
    if (!this.#usesBudget) return
    this.#usesBudget = false
    this.record.budget?.retryEnded()
  }

  #keepContext(): void {
    this.#context ??= new AsyncResource('HeadraceCall', { requireManualDestroy: true })
  }

  #inContext(run: () => void): void {
    if (this.#context === undefined) run()
    else this.#context.runInAsyncScope(run)
  }
}
