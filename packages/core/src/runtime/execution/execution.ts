import { CancelReason } from '../../errors/cancel-reason.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { decideRetry } from '../../policies/retry/decide-retry.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { withDetails } from '../engine/refusal.ts'
import { type Hedged, HedgeStage } from './hedge-stage.ts'
import { Passage } from './passage.ts'

/**
 * The stages of a call from its first attempt to its last: it attempts, waits and attempts again, or starts an extra
 * attempt beside one that is slow. Nothing is held during a wait. A `Flight` is the other kind, an execution that
 * several calls share.
 */
export abstract class Execution extends Passage implements Hedged {
  /** The last backoff. */
  private backoffMs = 0
  private usesBudget = false
  private hedge: HedgeStage | undefined = undefined

  protected abstract onSuccess(value: unknown, now: number): void
  protected abstract onFailure(error: ToolError, now: number): void

  override get isIdle(): boolean {
    return super.isIdle && (this.hedge === undefined || this.hedge.isIdle)
  }

  /** Begins; everything that can happen at once does. */
  execute(now: number): void {
    this.record.budget?.attempt(now)
    this.approach(now)
  }

  override abort(reason: unknown, now: number, judge: 'ignored' | 'failure' = 'ignored'): void {
    if (this.isAborted) return
    this.returnBudget()
    super.abort(reason, now, judge)
    this.hedge?.abort(reason, now, judge)
  }

  override commit(): void {
    if (this.committed) return
    super.commit()
    this.hedge?.onOwnCommit(this.engine.clock.monotonic())
  }

  countAttempt(): number {
    this.attempts += 1
    return this.attempts
  }

  onExtraOk(value: unknown, now: number): void {
    this.drop(new CancelReason('superseded'), now, 'ignored')
    this.returnBudget()
    this.onSuccess(value, now)
  }

  onAllFailed(error: ToolError, now: number): void {
    if (!this.isAborted) this.retryOrFail(error, now)
  }

  onExtraCommit(): void {
    super.commit()
    this.drop(new CancelReason('superseded'), this.engine.clock.monotonic(), 'ignored')
  }

  onExtraIdle(): void {
    if (this.isIdle) this.onIdle()
  }

  protected override announce(): void {
    super.announce()
    const { hedge } = this.policy
    if (hedge === undefined || this.isAborted || this.committed) return
    this.captureContext()
    this.hedge ??= new HedgeStage(this, hedge)
    this.hedge.onOwnStart(this.engine.clock.monotonic())
  }

  protected override onTryOk(value: unknown, _attempt: Attempt, now: number): void {
    this.returnBudget()
    this.hedge?.onOwnOk(now)
    this.onSuccess(value, now)
  }

  protected override onTryFail(error: ToolError, now: number): void {
    this.returnBudget()
    if (this.hedge?.onOwnFail(error, now)) return
    this.retryOrFail(error, now)
  }

  protected override onRefuse(error: ToolError, now: number): void {
    this.returnBudget()
    this.onFailure(error, now)
  }

  protected override onWaitEnd(now: number): void {
    this.approach(now)
  }

  private retryOrFail(error: ToolError, now: number): void {
    const { policy, record, engine } = this
    if (policy.retry === undefined) return this.onFailure(error, now)
    const decision = decideRetry(policy.retry, {
      error,
      attempt: this.attempts,
      previousDelayMs: this.backoffMs,
      remainingMs: this.remainingMs(now),
      mayRepeat: policy.mayRepeat,
      committed: this.committed,
      random: engine.random,
      budget: record.budget,
      nowMs: now,
    })
    if (decision.retry) return this.backOff(decision.delayMs, now)
    if (!this.isAborted)
      this.onFailure(decision.budgetSpent ? withDetails(error, { retryBudget: 'spent' }) : error, now)
  }

  private backOff(delayMs: number, now: number): void {
    this.usesBudget = true
    // a function of the policy may have ended the call
    if (this.isAborted) return this.returnBudget()
    this.backoffMs = delayMs
    this.wait(delayMs, now)
    if (this.isListening) this.emit({ type: 'retry-wait', attempt: this.attempts, delayMs })
  }

  private returnBudget(): void {
    if (!this.usesBudget) return
    this.usesBudget = false
    this.record.budget?.retryEnded()
  }
}
