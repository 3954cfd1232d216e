import type { ExecutionView } from '../engine/execution-view.ts'
import type { Deadline, DeadlineOwner } from '../engine/timer-lists.ts'

/**
 * The clocks of an attempt: they stand still while its tool, or a call inside it, waits for input. What else an attempt
 * is comes with `Attempt`; as in the layers of a call, members are `private`, not `#private`.
 */
export abstract class AttemptTimes implements DeadlineOwner {
  /** On the monotonic clock; later by the time that it has waited for input. */
  startedAt: number
  protected limit: Deadline | undefined = undefined
  protected idle: Deadline | undefined = undefined
  /** Since when the clocks stand still. */
  private pausedAt: number | undefined = undefined
  private questions = 0

  constructor(now: number) {
    this.startedAt = now
  }

  abstract readonly owner: ExecutionView
  protected abstract readonly isRunning: boolean
  abstract onDeadline(deadline: Deadline): void

  remainingMs(): number {
    const { engine, policy } = this.owner
    const own = policy.timeout.attemptMs - this.spentMs()
    return Math.max(0, Math.min(this.owner.remainingMs(engine.clock.monotonic()), own))
  }

  asks(more: 1 | -1): void {
    if (!this.isRunning) return
    this.questions += more
    if (this.questions === 0) {
      this.goOn()
      this.startTimers(this.owner.engine.clock.monotonic())
    } else if (this.pausedAt === undefined) {
      this.pausedAt = this.owner.engine.clock.monotonic()
      this.limit?.cancel()
      this.idle?.cancel()
      this.owner.asks(more)
    }
  }

  protected startTimers(now: number): void {
    const { engine, policy } = this.owner
    const { attemptMs, idleMs } = policy.timeout
    this.limit = engine.timers.start(this, this.startedAt, attemptMs)
    this.idle = engine.timers.start(this, now, idleMs)
  }

  protected restartIdle(): void {
    if (this.idle === undefined || this.pausedAt !== undefined || !this.isRunning) return
    const { engine, policy } = this.owner
    this.idle.cancel()
    this.idle = engine.timers.start(this, engine.clock.monotonic(), policy.timeout.idleMs)
  }

  protected stopTimers(): void {
    if (this.pausedAt !== undefined) this.goOn()
    this.limit?.cancel()
    this.idle?.cancel()
  }

  /** How long it has run, without waits for input. */
  protected spentMs(): number {
    return (this.pausedAt ?? this.owner.engine.clock.monotonic()) - this.startedAt
  }

  private goOn(): void {
    this.startedAt = this.owner.engine.clock.monotonic() - this.spentMs()
    this.pausedAt = undefined
    this.owner.asks(-1)
  }
}
