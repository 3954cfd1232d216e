import type { ToolError } from '../../errors/tool-error.ts'
import { decideRetry } from '../../policies/retry/decide-retry.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { withDetails } from '../engine/refusal.ts'
import { Passage } from './passage.ts'

/**
 * The stages of a call from its first attempt to its last: it attempts, waits and attempts again. Nothing is held
 * during a wait. A `Flight` is the other kind, an execution that several calls share.
 */
export abstract class Execution extends Passage {
  /** The last backoff. */
  #backoffMs = 0
  #usesBudget = false

  protected abstract onSuccess(value: unknown, now: number): void
  protected abstract onFailure(error: ToolError, now: number): void

  /** Begins; everything that can happen at once does. */
  execute(now: number): void {
    this.record.budget?.attempt(now)
    this.approach(now)
  }

  override abort(reason: unknown, now: number, judge: 'ignored' | 'failure' = 'ignored'): void {
    if (this.isAborted) return
    this.#returnBudget()
    super.abort(reason, now, judge)
  }

  protected override onTryOk(value: unknown, _attempt: Attempt, now: number): void {
    this.#returnBudget()
    this.onSuccess(value, now)
  }

  protected override onTryFail(error: ToolError, now: number): void {
    this.#returnBudget()
    this.#retryOrFail(error, now)
  }

  protected override onRefuse(error: ToolError, now: number): void {
    this.#returnBudget()
    this.onFailure(error, now)
  }

  protected override onWaitEnd(now: number): void {
    this.approach(now)
  }

  #retryOrFail(error: ToolError, now: number): void {
    const { policy, record, engine } = this
    if (policy.retry === undefined) return this.onFailure(error, now)
    const decision = decideRetry(policy.retry, {
      error,
      attempt: this.attempts,
      previousDelayMs: this.#backoffMs,
      remainingMs: this.remainingMs(now),
      mayRepeat: policy.mayRepeat,
      committed: this.committed,
      random: engine.random,
      budget: record.budget,
      nowMs: now,
    })
    if (decision.retry) return this.#backOff(decision.delayMs, now)
    this.onFailure(decision.budgetSpent ? withDetails(error, { retryBudget: 'spent' }) : error, now)
  }

  #backOff(delayMs: number, now: number): void {
    this.#usesBudget = true
    this.#backoffMs = delayMs
    this.wait(delayMs, now)
    if (this.isListening) this.emit({ type: 'retry-wait', attempt: this.attempts, delayMs })
  }

  #returnBudget(): void {
    if (!this.#usesBudget) return
    this.#usesBudget = false
    this.record.budget?.retryEnded()
  }
}
