import type { ToolError } from '../../errors/tool-error.ts'
import { isOverload } from '../../policies/concurrency/adaptive-limit.ts'
import type { Permit } from '../../policies/concurrency/gate.ts'
import type { ScopeTree } from '../../scope/scope-child.ts'
import { Attempt, type AttemptHost } from '../attempt/attempt.ts'
import { admit, type Decision, giveBack, holdProbe, openError, record } from './breaker-guard.ts'
import { Entrance } from './entrance.ts'

/**
 * The way of one attempt: entrance, the breaker's admission, the run of the tool, and what breaker, limits and queue
 * learn from its end. When an attempt has failed, the same passage may be gone again: see `Execution`.
 */
export abstract class Passage extends Entrance implements AttemptHost {
  /** A part of the output was delivered: there is no way back. */
  committed = false
  private attempt: Attempt | undefined = undefined

  /** The attempt gave its value. */
  protected abstract onTryOk(value: unknown, attempt: Attempt, now: number): void
  /** The attempt failed. */
  protected abstract onTryFail(error: ToolError, now: number): void

  /** What its attempts are attempts of. */
  get execution(): object {
    return this
  }

  /** The calls that the tool has made and that run now. */
  children(): readonly ScopeTree[] {
    return this.attempt?.childTrees() ?? []
  }

  /** Ends it: leaves queues and waits, tells a running attempt to end. Calls nothing back but `onWorkEnd`. */
  abort(reason: unknown, now: number, judge: 'ignored' | 'failure' = 'ignored'): void {
    if (this.isAborted) return
    this.isAborted = true
    this.drop(reason, now, judge)
  }

  /** A timer may have to start the next attempt, which must not run in the context of whoever set the timer. */
  keepContext(): void {
    const { retry, mayRepeat } = this.policy
    if (retry !== undefined && mayRepeat) this.captureContext()
  }

  commit(): void {
    this.committed = true
  }

  onAttemptOk(attempt: Attempt, value: unknown, now: number): void {
    this.attempt = undefined
    this.active -= 1
    record(this, attempt, { kind: 'success', now, value })
    if (this.policy.concurrency.adaptive !== undefined) this.learn(attempt, 'ok', now)
    attempt.freePermit(now)
    this.onTryOk(value, attempt, now)
    this.afterWork(attempt)
  }

  onAttemptFail(attempt: Attempt, error: ToolError, end: { readonly now: number; readonly isDetached: boolean }): void {
    const { now, isDetached } = end
    this.attempt = undefined
    if (this.policy.concurrency.adaptive !== undefined && isOverload(error)) this.learn(attempt, 'overload', now)
    if (!isDetached) {
      this.active -= 1
      attempt.freePermit(now)
    }
    if (this.isListening) this.emit({ type: 'attempt-fail', attempt: attempt.number, error })
    record(this, attempt, { kind: 'failure', now, error })
    if (error.details.status === 429) this.coolDown(attempt, error)
    if (!this.isAborted) this.onTryFail(error, now)
    if (!isDetached) this.afterWork(attempt)
  }

  onWorkEnd(wasAbandoned: boolean): void {
    if (!wasAbandoned) this.active -= 1
    if (this.isIdle) this.onIdle()
  }

  /** The permit is free. A listener may have ended the call while its attempt was counted yet. */
  private afterWork(attempt: Attempt): void {
    attempt.drain()
    if (this.isAborted && this.isIdle) this.onIdle()
  }

  /** Ends what goes on now, and no more than that: it may be gone again. */
  protected drop(reason: unknown, now: number, judge: 'ignored' | 'failure'): void {
    const attempt = this.attempt
    this.attempt = undefined
    this.leaveWaits()
    if (attempt === undefined) return
    record(this, attempt, { kind: judge, now })
    // the tool's own limit is over: that is a timeout, too
    if (judge === 'failure') this.learn(attempt, 'overload', now)
    attempt.detach(reason, now)
  }

  /** Counts the attempt and tells of it. A listener may end the call here. */
  protected announce(): void {
    this.attempts += 1
    if (this.attempts === 1) this.engine.audit?.start(this)
    if (!this.isListening) return
    if (this.attempts === 1) this.emit({ type: 'call-start' })
    if (!this.isAborted) this.emit({ type: 'attempt-start', attempt: this.attempts })
  }

  /** The limit follows what the backend can take. */
  private learn({ permit, startedAt }: Attempt, outcome: 'ok' | 'overload', now: number): void {
    const { engine, policy, record } = this
    const { queue } = policy.concurrency
    const max = permit.isBorrowed ? undefined : permit.gate.learn(policy.concurrency, { outcome, startedAt, now })
    if (max === undefined) return
    engine.emit({ type: 'limit-change', at: engine.clock.now(), tool: record.tool.name, max, queue })
  }

  /** The backend has said that it is asked too often: nobody asks it again for a while. */
  private coolDown({ permit }: Attempt, { code, retryAfterMs }: ToolError): void {
    const { engine, policy } = this
    if (code !== 'EXECUTION_FAILED' || !policy.coolsDown) return
    const forMs = engine.cooldowns.start(permit.gate, retryAfterMs)
    permit.tokens?.coolDown(forMs)
  }

  protected override onPermit(permit: Permit, now: number): void {
    this.active += 1
    const admission = admit(this, now)
    if (admission === undefined || !('then' in admission)) return this.afterBreaker(permit, admission, now)
    this.watchDeadline()
    admission.then((settled) => this.afterBreaker(permit, settled, this.engine.clock.monotonic()))
  }

  private afterBreaker(permit: Permit, admission: Decision | undefined, now: number): void {
    if (admission !== undefined && !admission.admitted) {
      this.withdraw(permit)
      this.refuse(openError(this, admission), now)
      if (this.isAborted && this.isIdle) this.onIdle()
      return this.drainGate(permit)
    }
    const remaining = this.remainingMs(now)
    if (!this.isAborted && remaining <= 0) this.onExpire(now)
    if (remaining < this.policy.timeout.attemptMs) this.watchDeadline()
    if (!this.isAborted) this.announce()
    if (this.isAborted) {
      giveBack(this, admission, now)
      this.withdraw(permit)
      if (this.isIdle) this.onIdle()
      return this.drainGate(permit)
    }
    permit.tokens?.onStart()
    this.attempt = new Attempt(this, permit, admission, now)
    this.attempt.letGo = holdProbe(this, admission)
    this.attempt.run()
  }

  private withdraw({ gate, isBorrowed, skipsGlobal, tokens }: Permit): void {
    this.active -= 1
    tokens?.refund()
    if (!isBorrowed) gate.free(this.policy.concurrency, skipsGlobal, undefined)
  }

  private drainGate({ gate }: Permit): void {
    gate.drain()
    this.forget(gate)
  }
}
