import type { Subscription } from 'rxjs'
import type { FinalResult, JobView } from '../../call/call-result.ts'
import { executionError } from '../../errors/execution-error.ts'
import { isToolError } from '../../errors/tool-error.ts'
import { viewOf } from '../../jobs/job-view.ts'
import { noMeta } from '../../jobs/stored-result.ts'
import { after } from '../engine/after.ts'
import type { CallRequest } from '../engine/call-request.ts'
import { giveOutput, OuterCall, type OutputReceiver, type PendingResult } from '../engine/outer-call.ts'
import { forCall, runtimeClosed } from '../engine/refusal.ts'
import type { Deadline } from '../engine/timer-lists.ts'
import type { JobHandle } from './handle/job-handle.ts'
import type { JobDesk, Submitted } from './job-desk.ts'
import { jobGone } from './job-errors.ts'

/**
 * A dispatch that is answered by a job: it hands the call in, waits as long as it was asked to, and settles as pending
 * unless the job has ended by then. From then on the job goes its own way.
 */
export class JobCall extends OuterCall {
  readonly #desk: JobDesk
  #submission: Promise<Submitted> | undefined
  #job: JobHandle | undefined
  #waiting: Subscription | undefined
  #limit: Deadline | undefined

  constructor(desk: JobDesk, request: CallRequest) {
    super(desk.host.engine, request)
    this.#desk = desk
  }

  override get status(): 'running' | 'settled' {
    return this.settled === undefined ? 'running' : 'settled'
  }

  override cancel(reason: unknown): void {
    if (this.settled !== undefined) return
    const { root } = this.engine
    if (this.#submission !== undefined && root.cancelled === undefined) this.#desk.drop(this.#submission, reason)
    this.end(reason)
  }

  override whenFinished(resume: () => void): void {
    this.whenSettled(resume)
  }

  protected override begin(): void {
    // the run is a call of its own, with an id of its own
    this.#submission = this.#desk.submit({ ...this.request, callId: undefined })
    this.#submission.then(
      (submitted) => this.#onKept(submitted),
      (error: unknown) => this.fail(error),
    )
  }

  protected override stopWork(): void {
    this.#limit?.cancel()
    this.#waiting?.unsubscribe()
  }

  protected override get spent(): { readonly queuedMs: number; readonly attempts: number } {
    return noMeta
  }

  #onKept({ job }: Submitted): void {
    if (this.settled !== undefined) return
    const waitMs = this.request.options?.job?.waitMs ?? 0
    const view = viewOf(job)
    this.#job = this.#desk.handle(job)
    if (view.result !== undefined) this.settle(this.#own(view.result))
    else if (waitMs === 0) this.#pend(view)
    else this.#wait(view, waitMs)
  }

  #wait(first: JobView, waitMs: number): void {
    let last = first
    this.#waiting = this.#job?.watch().subscribe({
      next: (view) => {
        if (view.progress !== undefined && view.updatedAt !== last.updatedAt) this.#tellProgress(view)
        last = view
        if (view.result !== undefined) this.settle(this.#own(view.result))
      },
      complete: () => this.#pend(last),
    })
    if (this.settled === undefined) this.#limit = after(this.engine, waitMs, () => this.#pend(last))
  }

  #tellProgress({ progress }: JobView): void {
    const at = this.engine.clock.now()
    this.tell({ type: 'progress', ...this.place, at, ...(progress as object) })
  }

  #pend(job: JobView): void {
    this.settle({ status: 'pending', ...this.place, job, meta: this.meta })
  }

  protected override fail(thrown: unknown): void {
    const at = { ...this.place, attempts: 0, now: this.engine.clock.now() }
    const error = isToolError(thrown) ? forCall(thrown, this.place) : executionError(thrown, at)
    this.settle({ status: 'error', ...this.place, error, meta: this.meta })
  }

  /** The output is the job's: who wants it waits for the job's end. */
  protected override giveLater(_: PendingResult, { resolve, reject }: OutputReceiver): void {
    const job = this.#job
    const isClosed = (): boolean => this.engine.root.cancelled !== undefined
    job?.watch().subscribe({
      next: ({ result }) => {
        if (result !== undefined) giveOutput(this.#own(result), { resolve, reject })
      },
      complete: () => reject(isClosed() ? runtimeClosed({ ...this.place, attempts: 0 }) : jobGone(this.place)),
    })
  }

  /** The job's result as this call's. */
  #own(result: FinalResult): FinalResult {
    if (result.status !== 'error') return { ...result, callId: this.callId }
    return { ...result, callId: this.callId, error: forCall(result.error, this.place) }
  }
}
