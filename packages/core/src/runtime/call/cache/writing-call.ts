import { executionError } from '../../../errors/execution-error.ts'
import type { ToolError } from '../../../errors/tool-error.ts'
import type { InvalidatePolicy } from '../../../policies/cache/cache-policy.ts'
import { checkedTags } from '../../../policies/cache/entry/cache-tags.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { isThenable } from '../../engine/is-thenable.ts'
import { TimedCall } from '../timed-call.ts'

/**
 * What a call of a writing tool does for the cache: results that depend on what it writes are invalid before it starts,
 * and again when it has ended, since others may have read meanwhile. The call ends only when the store knows, or does
 * not answer. A call that ended before it could write anything has nothing to say.
 */
export abstract class WritingCall extends TimedCall {
  /** The call has its output, and nothing old is in the cache any more. */
  protected abstract onOutput(output: unknown, now: number): void
  /** The same of its final failure. */
  protected abstract onError(error: ToolError, now: number): void

  override execute(now: number): void {
    const { invalidates } = this.policy
    if (invalidates === undefined) return super.execute(now)
    try {
      this.more.writes = this.tagsOf(invalidates)
    } catch (error) {
      return this.onError(executionError(error, { ...this.place, now: this.engine.clock.now() }), now)
    }
    this.afterStore(this.invalidate(), now, (later) => super.execute(later))
  }

  override abort(reason: unknown, now: number, judge: 'ignored' | 'failure' = 'ignored'): void {
    super.abort(reason, now, judge)
    if (this.hasWritten()) void this.invalidate()
  }

  protected override onSuccess(output: unknown, now: number): void {
    if (!this.hasWritten()) return this.onOutput(output, now)
    this.afterStore(this.invalidate(), now, (later) => this.onOutput(output, later))
  }

  protected override onFailure(error: ToolError, now: number): void {
    if (!this.hasWritten()) return this.onError(error, now)
    this.afterStore(this.invalidate(), now, (later) => this.onError(error, later))
  }

  /** Work that nobody waited for has ended: it may have written until now. */
  protected override onIdle(): void {
    if (this.status === 'settled' && this.hasWritten()) void this.invalidate()
  }

  private tagsOf(invalidates: InvalidatePolicy): readonly string[] {
    return checkedTags(invalidates(this.input), 'invalidates')
  }

  private hasWritten(): boolean {
    return this.extras?.writes !== undefined && this.attempts > 0
  }

  private invalidate(): Awaitable<unknown> {
    return this.engine.results.invalidate(this.tenant, this.extras?.writes ?? [], this)
  }

  private afterStore(told: Awaitable<unknown>, now: number, next: (now: number) => void): void {
    if (!isThenable(told)) return next(now)
    this.watchDeadline()
    void told.then(() => {
      if (this.status !== 'settled') next(this.engine.clock.monotonic())
    })
  }
}
