import type { Deadline } from '../engine/timer-lists.ts'
import { CallFrame } from './call-frame.ts'

/** A call's own limit: its caller's deadline, and the total of its policy from when that counts. */
export abstract class TimedCall extends CallFrame {
  /** In milliseconds; undefined until it counts. */
  private limitMs: number | undefined = undefined
  private deadline: Deadline | undefined = undefined

  abstract readonly status: 'queued' | 'running' | 'settled'

  override onDeadline(deadline: Deadline): void {
    if (deadline !== this.deadline) return super.onDeadline(deadline)
    this.deadline = undefined
    this.onExpire(this.engine.clock.monotonic())
  }

  override remainingMs(now: number): number {
    const own = this.limitFrom + (this.limitMs ?? Number.POSITIVE_INFINITY)
    const outer = Math.min(this.scope.deadlineAt - now, this.parent?.remainingMs() ?? Number.POSITIVE_INFINITY)
    return Math.min(own - now, outer)
  }

  /** Most calls end within the limit of one attempt: only one that may outlive it, or waits, needs a timer of its own. */
  override watchDeadline(): void {
    const ms = this.limitMs
    if (this.deadline !== undefined || this.status === 'settled') return
    if (ms !== undefined) this.deadline = this.engine.timers.start(this, this.limitFrom, ms)
  }

  /** A caller's deadline does not stand still. */
  override asks(more: 1 | -1): void {
    const extras = this.more
    const now = this.engine.clock.monotonic()
    const before = extras.asking
    extras.asking += more
    if (before > 0 && extras.asking > 0) return
    if (before === 0) extras.leftMs = this.totalMs - (now - this.limitFrom)
    this.setLimit(now, before === 0 ? Number.POSITIVE_INFINITY : this.totalMs)
    this.watchDeadline()
    this.parent?.asks(more)
  }

  /** What of the policy's limit was left when it began to count last. */
  protected get totalMs(): number {
    return this.extras?.leftMs ?? this.policy.timeout.totalMs
  }

  /** From when the limit counts, on the monotonic clock. */
  protected get limitFrom(): number {
    return this.extras?.limitFrom ?? this.startedAt
  }

  /** The limit counts from now; false where the time, this one or that of those around it, is over already. */
  protected setLimit(now: number, totalMs: number): boolean {
    const deadline = this.options?.deadline
    this.endLimit()
    this.limitMs = deadline === undefined ? totalMs : Math.min(totalMs, deadline - this.engine.clock.now())
    if (now !== this.startedAt) this.more.limitFrom = now
    return this.remainingMs(now) > 0
  }

  /** Nobody waits for it any more. */
  protected endLimit(): void {
    this.deadline?.cancel()
    this.deadline = undefined
  }
}
