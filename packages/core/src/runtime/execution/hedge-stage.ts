import { CancelReason } from '../../errors/cancel-reason.ts'
import { isChildFailure } from '../../errors/execution-error.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { HedgePlan } from '../../policies/hedge/hedge-plan.ts'
import type { HedgeRules } from '../../policies/hedge/hedge-policy.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { Deadline, DeadlineOwner } from '../engine/timer-lists.ts'
import { type HedgeReport, HedgeRun } from './hedge-run.ts'
import type { Passage } from './passage.ts'

/** The execution whose attempts are hedged. */
export interface Hedged extends Passage {
  countAttempt(): number
  /** An extra attempt has won: the execution's own is dropped. */
  onExtraOk(value: unknown, now: number): void
  /** All attempts that ran beside each other have failed. */
  onAllFailed(error: ToolError, now: number): void
  /** An extra attempt delivers a part of its output: the execution's own is dropped. */
  onExtraCommit(): void
  /** The work of an extra attempt has ended. */
  onExtraIdle(): void
}

/** The extra attempts that run beside an execution's own one: the first to succeed wins, the others are told to end. */
export class HedgeStage implements DeadlineOwner, HedgeReport {
  readonly #execution: Hedged
  readonly #plan: HedgePlan
  readonly #live = new Set<HedgeRun>()
  /** Those that were answered for, while their work goes on. */
  readonly #ending = new Set<HedgeRun>()
  #timer: Deadline | undefined
  #hasBegun = false
  /** When the execution's own attempt started; undefined while none runs. */
  #ownSince: number | undefined
  #firstError: ToolError | undefined

  constructor(execution: Hedged, rules: HedgeRules) {
    this.#execution = execution
    this.#plan = new HedgePlan(rules, execution.record.hedges)
  }

  get isIdle(): boolean {
    return this.#live.size === 0 && this.#ending.size === 0
  }

  /** The execution's own attempt starts. */
  onOwnStart(now: number): void {
    if (!this.#hasBegun) this.#plan.begin()
    this.#hasBegun = true
    this.#firstError = undefined
    this.#ownSince = now
    this.#waitForNext(now)
  }

  /** It has succeeded. */
  onOwnOk(now: number): void {
    if (this.#ownSince !== undefined) this.#plan.succeed(now - this.#ownSince)
    this.#ownSince = undefined
    this.#supersede(now)
  }

  /** It has failed; true when others still run, or one was started for it: then they have the word. */
  onOwnFail(error: ToolError, now: number): boolean {
    this.#ownSince = undefined
    if (!this.#isHandled(error)) {
      this.#supersede(now)
      return false
    }
    this.#firstError ??= error
    if (this.#plan.tryStart()) {
      this.#start(now)
      return true
    }
    if (this.#live.size > 0) return true
    this.#stopTimer()
    return false
  }

  /** It delivers a part of its output: no other one is wanted. */
  onOwnCommit(now: number): void {
    this.#supersede(now)
  }

  /** The execution ends. */
  abort(reason: unknown, now: number, judge: 'ignored' | 'failure'): void {
    this.#ownSince = undefined
    this.#end(reason, now, judge)
  }

  onDeadline(): void {
    this.#timer = undefined
    if (!this.#execution.committed && this.#plan.tryStart()) this.#start(this.#now())
  }

  countAttempt(): number {
    return this.#execution.countAttempt()
  }

  onRunOk(run: HedgeRun, value: unknown, attempt: Attempt, now: number): void {
    this.#live.delete(run)
    this.#plan.succeed(now - attempt.startedAt)
    this.#ownSince = undefined
    this.#supersede(now)
    this.#execution.onExtraOk(value, now)
  }

  onRunFail(run: HedgeRun, error: ToolError, now: number): void {
    this.#retire(run)
    // that no attempt could be made is not why the call failed
    const isHandled = this.#isHandled(error)
    if (isHandled) this.#firstError ??= error
    if (isHandled && this.#plan.tryStart()) return this.#start(now)
    if (this.#live.size > 0 || this.#ownSince !== undefined) return
    this.#stopTimer()
    this.#execution.onAllFailed(this.#firstError ?? error, now)
  }

  onRunCommit(run: HedgeRun): void {
    this.#live.delete(run)
    this.#ownSince = undefined
    this.#supersede(this.#now())
    this.#live.add(run)
    this.#execution.onExtraCommit()
  }

  onRunIdle(run: HedgeRun): void {
    this.#ending.delete(run)
    this.#execution.onExtraIdle()
  }

  #start(now: number): void {
    const run = new HedgeRun(this.#execution, this)
    this.#live.add(run)
    this.#waitForNext(now)
    this.#execution.inContext(() => run.start(now))
  }

  #waitForNext(now: number): void {
    this.#stopTimer()
    this.#timer = this.#execution.engine.timers.start(this, now, Math.ceil(this.#plan.delayMs()))
  }

  #stopTimer(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Another attempt has won. */
  #supersede(now: number): void {
    if (this.#live.size > 0) this.#end(new CancelReason('superseded'), now, 'ignored')
    else this.#stopTimer()
  }

  /** Tells those that still run to end. */
  #end(reason: unknown, now: number, judge: 'ignored' | 'failure'): void {
    this.#stopTimer()
    for (const run of [...this.#live]) {
      run.abort(reason, now, judge)
      this.#retire(run)
    }
  }

  #retire(run: HedgeRun): void {
    this.#live.delete(run)
    if (!run.isIdle) this.#ending.add(run)
  }

  /** Whether another attempt could do better: as with a retry. */
  #isHandled(error: ToolError): boolean {
    if (this.#execution.committed || isChildFailure(error)) return false
    return error.code === 'TIMEOUT' || (error.code === 'EXECUTION_FAILED' && error.retryable)
  }

  #now(): number {
    return this.#execution.engine.clock.monotonic()
  }
}
