import type { Subscriber, Subscription } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CallMeta, CallResult, FinalResult, JobView } from '../../call/call-result.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import { executionError } from '../../errors/execution-error.ts'
import { isToolError } from '../../errors/tool-error.ts'
import { viewOf } from '../../jobs/job-view.ts'
import type { ScopeChild, ScopeTree } from '../../scope/scope-child.ts'
import type { SignalLink } from '../../scope/signal-hub.ts'
import type { CallRequest } from '../engine/call-request.ts'
import { addObserver, type CallObserver } from '../engine/event-stream.ts'
import { deadlineExceeded, forCall, runtimeClosed } from '../engine/refusal.ts'
import type { RunningCall } from '../engine/running-call.ts'
import type { Deadline } from '../engine/timer-lists.ts'
import type { JobHandle } from './handle/job-handle.ts'
import type { JobDesk, Submitted } from './job-desk.ts'
import { jobGone } from './job-errors.ts'

/**
 * A dispatch that is answered by a job: it hands the call in, waits as long as it was asked to, and settles as pending
 * unless the job has ended by then. From then on the job goes its own way.
 */
export class JobCall implements RunningCall, ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  readonly callId: string
  settled: CallResult | undefined = undefined
  readonly #desk: JobDesk
  readonly #request: CallRequest
  readonly #startedAt: number
  #submission: Promise<Submitted> | undefined = undefined
  #job: JobHandle | undefined = undefined
  #waiting: Subscription | undefined = undefined
  #limit: Deadline | undefined = undefined
  #link: SignalLink | undefined = undefined
  #observer: CallObserver | undefined = undefined
  #order = 0
  #onSettle: (() => void)[] = []
  #promise: Promise<unknown> | undefined = undefined

  constructor(desk: JobDesk, request: CallRequest) {
    const { engine } = desk.host
    this.#desk = desk
    this.#request = request
    this.#startedAt = engine.clock.monotonic()
    this.callId = request.callId ?? engine.callId(engine.nextSequence())
  }

  get status(): 'running' | 'settled' {
    return this.settled === undefined ? 'running' : 'settled'
  }

  start(): void {
    const { options, place } = this.#request
    const { scope } = place
    const signal = options?.signal
    if (scope.isClosing) return this.#fail(runtimeClosed({ ...this.#place, attempts: 0 }))
    this.#order = scope.rule.start()
    if (scope.cancelled !== undefined) return this.cancel(scope.cancelled.reason)
    if (signal?.aborted) return this.cancel(signal.reason)
    scope.add(this)
    if (signal !== undefined) this.#link = this.#desk.host.engine.signals.join(signal, this)
    // the run is a call of its own, with an id of its own
    this.#submission = this.#desk.submit({ ...this.#request, callId: undefined })
    this.#submission.then(
      (submitted) => this.#onKept(submitted),
      (error: unknown) => this.#fail(error),
    )
  }

  cancel(reason: unknown): void {
    if (this.settled !== undefined) return
    const { root } = this.#desk.host.engine
    if (this.#submission !== undefined && root.cancelled === undefined) this.#desk.drop(this.#submission, reason)
    if (reason instanceof CancelReason && reason.kind === 'deadline') {
      return this.#fail(deadlineExceeded({ ...this.#place, attempts: 0 }, false))
    }
    this.#settle({ status: 'cancelled', ...this.#place, reason, meta: this.#meta() })
  }

  whenSettled(resume: () => void): void {
    if (this.settled !== undefined) resume()
    else this.#onSettle.push(resume)
  }

  whenFinished(resume: () => void): void {
    this.whenSettled(resume)
  }

  promise(): Promise<unknown> {
    this.#promise ??= new Promise((resolve, reject) => {
      this.whenSettled(() => {
        const { settled } = this
        if (settled === undefined || settled.status !== 'pending') settleWith(settled, { resolve, reject })
        else this.#followJob({ resolve, reject })
      })
    })
    return this.#promise
  }

  observe(subscriber: Subscriber<CallEvent>): void {
    if (this.settled === undefined) {
      this.#observer = addObserver(this.#observer, subscriber)
      return
    }
    subscriber.next(this.#settleEvent(this.settled))
    subscriber.complete()
  }

  tree(): ScopeTree {
    return { kind: 'call', ...this.#place, status: this.status, children: [] }
  }

  get #place(): { readonly callId: string; readonly tool: string } {
    const { tool } = this.#request
    return { callId: this.callId, tool: typeof tool === 'string' ? tool : tool.name }
  }

  #onKept({ job }: Submitted): void {
    if (this.settled !== undefined) return
    const waitMs = this.#request.options?.job?.waitMs ?? 0
    const view = viewOf(job)
    this.#job = this.#desk.handle(job)
    if (view.result !== undefined) this.#settle(this.#own(view.result))
    else if (waitMs === 0) this.#pend(view)
    else this.#wait(view, waitMs)
  }

  #wait(first: JobView, waitMs: number): void {
    const { timers, clock } = this.#desk.host.engine
    let last = first
    this.#waiting = this.#job?.watch().subscribe({
      next: (view) => {
        if (view.progress !== undefined && view.updatedAt !== last.updatedAt) this.#tellProgress(view)
        last = view
        if (view.result !== undefined) this.#settle(this.#own(view.result))
      },
      complete: () => this.#pend(last),
    })
    if (this.settled !== undefined || waitMs === Number.POSITIVE_INFINITY) return
    this.#limit = timers.start({ onDeadline: () => this.#pend(last) }, clock.monotonic(), waitMs)
  }

  #tellProgress({ progress }: JobView): void {
    const { engine } = this.#desk.host
    const at = engine.clock.now()
    engine.deliver({ type: 'progress', ...this.#place, at, ...(progress as object) }, this.#observer)
  }

  #pend(job: JobView): void {
    this.#settle({ status: 'pending', ...this.#place, job, meta: this.#meta() })
  }

  #fail(thrown: unknown): void {
    const at = { ...this.#place, attempts: 0, now: this.#desk.host.engine.clock.now() }
    const error = isToolError(thrown) ? forCall(thrown, this.#place) : executionError(thrown, at)
    this.#settle({ status: 'error', ...this.#place, error, meta: this.#meta() })
  }

  #settle(result: CallResult): void {
    if (this.settled !== undefined) return
    const { engine } = this.#desk.host
    const observer = this.#observer
    this.settled = result
    this.#limit?.cancel()
    this.#waiting?.unsubscribe()
    this.#observer = undefined
    if (this.#link !== undefined) engine.signals.leave(this.#link)
    engine.deliver(this.#settleEvent(result), observer)
    for (const resume of this.#onSettle.splice(0)) resume()
    this.#judge(result)
    this.#request.place.scope.remove(this)
  }

  #judge(result: CallResult): void {
    const { rule } = this.#request.place.scope
    if (result.status === 'ok') rule.succeed()
    else if (result.status === 'error' && this.#order > 0) rule.fail(this.#order, result.error)
  }

  /** The output is the job's: who wants it waits for the job's end. */
  #followJob({ resolve, reject }: Settling): void {
    const job = this.#job
    const isClosed = (): boolean => this.#desk.host.engine.root.cancelled !== undefined
    job?.watch().subscribe({
      next: ({ result }) => {
        if (result !== undefined) settleWith(this.#own(result), { resolve, reject })
      },
      complete: () => reject(isClosed() ? runtimeClosed({ ...this.#place, attempts: 0 }) : jobGone(this.#place)),
    })
  }

  /** The job's result as this call's. */
  #own(result: FinalResult): FinalResult {
    if (result.status !== 'error') return { ...result, callId: this.callId }
    return { ...result, callId: this.callId, error: forCall(result.error, this.#place) }
  }

  #settleEvent(result: CallResult): CallEvent {
    return { type: 'call-settle', ...this.#place, at: this.#desk.host.engine.clock.now(), result }
  }

  #meta(): CallMeta {
    return { queuedMs: 0, durationMs: this.#desk.host.engine.clock.monotonic() - this.#startedAt, attempts: 0 }
  }
}

/** The two ends of a promise. */
interface Settling {
  readonly resolve: (output: unknown) => void
  readonly reject: (reason: unknown) => void
}

function settleWith(result: CallResult | undefined, { resolve, reject }: Settling): void {
  if (result?.status === 'ok') resolve(result.output)
  else if (result?.status === 'error') reject(result.error)
  else if (result?.status === 'cancelled') reject(result.reason)
}
