import { AsyncResource } from 'node:async_hooks'
import { executionError } from '../../errors/execution-error.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Gate, Permit } from '../../policies/concurrency/gate.ts'
import { Waiter, type WaiterOwner } from '../../policies/concurrency/waiter.ts'
import { decideRetry } from '../../policies/retry/decide-retry.ts'
import type { BreakerAdmission } from '../../ports/breaker-store.ts'
import type { ScopeTree } from '../../scope/scope-child.ts'
import { Attempt, type AttemptHost } from '../attempt/attempt.ts'
import type { ExecutionOwner } from '../engine/execution-owner.ts'
import { type ErrorPlace, queueFull, queueTimeout, toolStuck, withDetails } from '../engine/refusal.ts'
import type { Deadline, DeadlineOwner } from '../engine/timer-lists.ts'
import { admit, giveBack, openError, record, rejectBeforeQueue } from './breaker-guard.ts'

/** Nothing listens to the end of the resource: it need not be tracked by the garbage collector. */
const keptByHand = { requireManualDestroy: true }

/**
 * The stages of a call from the breaker's early reject to its last attempt: it waits for a permit, is admitted by the
 * breaker, attempts, waits and attempts again. Nothing is held during a wait.
 */
export class Execution implements DeadlineOwner, WaiterOwner, AttemptHost {
  readonly owner: ExecutionOwner
  attempts = 0
  queuedMs = 0
  committed = false
  isAborted = false
  breakerKey = ''
  /** Attempts and admissions whose work has not ended. */
  #active = 0
  #gate: Gate | undefined = undefined
  #attempt: Attempt | undefined = undefined
  #waiter: Waiter | undefined = undefined
  /** The end of a backoff or of the patience in a queue. */
  #wait: Deadline | undefined = undefined
  /** The last backoff. */
  #backoffMs = 0
  #usesBudget = false
  /** The submitter's async context, kept where something else will wake the call. */
  #context: AsyncResource | undefined = undefined

  constructor(owner: ExecutionOwner) {
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
    return { tool: this.owner.record.tool.name, callId: this.owner.callId, attempts: this.attempts }
  }

  /** The calls that the tool has made and that run now. */
  children(): readonly ScopeTree[] {
    return this.#attempt?.childTrees() ?? []
  }

  /** Begins; everything that can happen at once does. */
  start(now: number): void {
    const { record, engine } = this.owner
    try {
      this.#findKeys()
    } catch (error) {
      this.owner.onFailure(executionError(error, { ...this.place, now: engine.clock.now() }), now)
      return
    }
    record.budget?.attempt(now)
    this.#approach(now)
  }

  /** Ends it: leaves queues and waits, tells a running attempt to end. Calls nothing back but `onWorkEnd`. */
  abort(reason: unknown, now: number, judge: 'ignored' | 'failure' = 'ignored'): void {
    if (this.isAborted) return
    this.isAborted = true
    const waiter = this.#waiter
    const attempt = this.#attempt
    this.#waiter = this.#attempt = undefined
    this.#endWait()
    this.#returnBudget()
    if (waiter !== undefined) this.#leave(waiter)
    if (attempt === undefined) return
    record(this, attempt, { kind: judge, now })
    attempt.detach(reason, now)
  }

  /** Raises the priority of a call that still waits. */
  raisePriority(priority: number): void {
    const waiter = this.#waiter
    if (waiter !== undefined && priority > waiter.priority) waiter.gate.queue.reprioritize(waiter, priority)
  }

  /** A timer may have to start the next attempt, which must not run in the context of whoever set the timer. */
  keepContext(): void {
    const { retry, mayRepeat } = this.owner.policy
    if (retry !== undefined && mayRepeat) this.#keepContext()
  }

  onAdmit(): void {
    const waiter = this.#waiter
    if (waiter === undefined) return
    const now = this.#leaveQueue(waiter)
    const { gate, skipsGlobal } = waiter
    this.#inContext(() => this.#withPermit(skipsGlobal ? gate.nestedPermit : gate.permit, now))
  }

  onDrop(): void {
    const waiter = this.#waiter
    if (waiter !== undefined) this.#refuse(this.#queueFull(waiter.gate), this.#leaveQueue(waiter))
  }

  onStuck(): void {
    const waiter = this.#waiter
    if (waiter !== undefined) this.#refuse(this.#stuck(waiter.gate), this.#leaveQueue(waiter))
  }

  onDeadline(): void {
    const waiter = this.#waiter
    const now = this.owner.engine.clock.monotonic()
    this.#wait = undefined
    if (waiter === undefined) {
      // nobody may have used the key meanwhile, and its gate be forgotten
      this.#gate = this.#gate && this.owner.engine.admission.gate(this.#gate.key)
      return this.#inContext(() => this.#approach(now))
    }
    this.#leaveQueue(waiter)
    this.#leave(waiter)
    this.#refuse(queueTimeout(this.place, waiter.rules.queueTimeoutMs), now)
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

  onWorkEnd(): void {
    this.#active -= 1
    if (this.isIdle) this.owner.onWorkEnd()
  }

  /** Where the call goes: what its policy's key functions say, or its tool. */
  #findKeys(): void {
    const { policy, record, engine } = this.owner
    const { breaker, concurrency } = policy
    this.#gate =
      concurrency.key === undefined ? record.gate : engine.admission.gate(concurrency.key(this.owner.bound()))
    this.breakerKey = breaker?.key === undefined ? record.tool.name : breaker.key(this.owner.bound())
  }

  /** From the breaker's early reject to the permit. */
  #approach(now: number): void {
    const gate = this.#gate
    if (gate === undefined) return
    const rejected = rejectBeforeQueue(this, now)
    if (rejected !== undefined) return this.#refuse(rejected, now)
    const { parent, policy } = this.owner
    if (gate.isStuck(policy.concurrency)) return this.#refuse(this.#stuck(gate), now)
    if (parent?.holdsPermitOf(gate)) return this.#withPermit(gate.borrowedPermit, now)
    const skipsGlobal = parent !== undefined && parent.holdsGlobal()
    if (!gate.tryEnter(policy.concurrency, skipsGlobal)) return this.#queue(gate, skipsGlobal, now)
    this.#withPermit(skipsGlobal ? gate.nestedPermit : gate.permit, now)
  }

  #queue(gate: Gate, skipsGlobal: boolean, now: number): void {
    const { priority, session, turn, policy, engine } = this.owner
    const rules = policy.concurrency
    const waiter = new Waiter({ owner: this, gate, rules, priority, session, skipsGlobal, turn })
    this.#waiter = waiter
    this.#keepContext()
    if (gate.enter(waiter, now) === 'full') {
      this.#waiter = undefined
      return this.#refuse(this.#queueFull(gate), now)
    }
    if (this.#waiter !== waiter) return
    this.owner.watchDeadline()
    if (rules.queueTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#wait = engine.timers.start(this, now, rules.queueTimeoutMs)
    }
    if (this.owner.isListening) this.owner.emit({ type: 'call-queue', key: gate.key })
  }

  #withPermit(permit: Permit, now: number): void {
    this.#active += 1
    const admission = admit(this, now)
    if (admission === undefined || !('then' in admission)) return this.#afterBreaker(permit, admission, now)
    this.owner.watchDeadline()
    admission.then((settled) => this.#afterBreaker(permit, settled, this.owner.engine.clock.monotonic()))
  }

  #afterBreaker(permit: Permit, admission: BreakerAdmission | undefined, now: number): void {
    if (admission !== undefined && !admission.admitted) {
      this.#withdraw(permit)
      this.#refuse(openError(this, admission), now)
      return this.#drain(permit)
    }
    const remaining = this.owner.remainingMs(now)
    if (!this.isAborted && remaining <= 0) this.owner.onExpire(now)
    if (remaining < this.owner.policy.timeout.attemptMs) this.owner.watchDeadline()
    if (!this.isAborted) this.#announce()
    if (this.isAborted) {
      giveBack(this, admission, now)
      this.#withdraw(permit)
      if (this.isIdle) this.owner.onWorkEnd()
      return this.#drain(permit)
    }
    this.#attempt = new Attempt(this, permit, admission, now)
    this.#attempt.run()
  }

  /** Counts the attempt and tells of it. A listener may end the call here. */
  #announce(): void {
    this.attempts += 1
    const { owner } = this
    if (!owner.isListening) return
    if (this.attempts === 1) owner.emit({ type: 'call-start' })
    if (!this.isAborted) owner.emit({ type: 'attempt-start', attempt: this.attempts })
  }

  #retryOrFail(error: ToolError, now: number): void {
    const { policy, record, engine } = this.owner
    if (policy.retry === undefined) return this.owner.onFailure(error, now)
    const decision = decideRetry(policy.retry, {
      error,
      attempt: this.attempts,
      previousDelayMs: this.#backoffMs,
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
    this.#backoffMs = delayMs
    this.#keepContext()
    this.owner.watchDeadline()
    this.#wait = this.owner.engine.timers.start(this, now, delayMs)
    if (this.owner.isListening) this.owner.emit({ type: 'retry-wait', attempt: this.attempts, delayMs })
  }

  /** Ends without an attempt. */
  #refuse(error: ToolError, now: number): void {
    this.#returnBudget()
    if (!this.isAborted) this.owner.onFailure(error, now)
  }

  #withdraw({ gate, isBorrowed, skipsGlobal }: Permit): void {
    this.#active -= 1
    if (!isBorrowed) gate.free(this.owner.policy.concurrency, skipsGlobal, undefined)
  }

  #drain({ gate }: Permit): void {
    gate.drain()
    this.#forget(gate)
  }

  #leave(waiter: Waiter): void {
    waiter.gate.leave(waiter)
    this.#forget(waiter.gate)
  }

  /** A gate of its own key is kept only while it is in use. */
  #forget(gate: Gate): void {
    if (this.owner.policy.concurrency.key !== undefined) this.owner.engine.admission.forgetIdle(gate)
  }

  /** The wait in the queue is over, whatever follows; gives the time. */
  #leaveQueue(waiter: Waiter): number {
    const now = this.owner.engine.clock.monotonic()
    this.#waiter = undefined
    this.#endWait()
    this.queuedMs += now - waiter.enqueuedAt
    return now
  }

  #endWait(): void {
    this.#wait?.cancel()
    this.#wait = undefined
  }

  #queueFull(gate: Gate): ToolError {
    return queueFull(this.place, { key: gate.key, retryAfterMs: gate.retryAfterMs(this.owner.policy.concurrency) })
  }

  #stuck(gate: Gate): ToolError {
    return toolStuck(this.place, { key: gate.key, abandoned: gate.overdue })
  }

  #returnBudget(): void {
    if (!this.#usesBudget) return
    this.#usesBudget = false
    this.owner.record.budget?.retryEnded()
  }

  #keepContext(): void {
    this.#context ??= new AsyncResource('HeadraceCall', keptByHand)
  }

  #inContext(run: () => void): void {
    if (this.#context === undefined) run()
    else this.#context.runInAsyncScope(run)
  }
}
