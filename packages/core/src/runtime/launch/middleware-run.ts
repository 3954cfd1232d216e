import { catchError, defer, Observable, of, Subscription } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CallResult } from '../../call/call-result.ts'
import type { Middleware, MiddlewareCall, MiddlewareNext } from '../../call/middleware.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import { executionError } from '../../errors/execution-error.ts'
import { isToolError } from '../../errors/tool-error.ts'
import { noMeta } from '../../jobs/stored-result.ts'
import { Call } from '../call/call.ts'
import { after } from '../engine/after.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { Engine } from '../engine/engine.ts'
import { OuterCall, type OutputReceiver, type PendingResult } from '../engine/outer-call.ts'
import type { Deadline } from '../engine/timer-lists.ts'

/**
 * A call with middleware around it. It is settled by what the outermost middleware gives, or at once by a cancel; the
 * call inside tells its events to the middleware alone.
 */
export class MiddlewareRun extends OuterCall {
  readonly #middleware: readonly Middleware[]
  readonly #subscription: Subscription = new Subscription()
  #inner: Call | undefined
  #limit: Deadline | undefined

  constructor(engine: Engine, request: CallRequest, middleware: readonly Middleware[]) {
    super(engine, request)
    this.#middleware = middleware
  }

  override get status(): 'queued' | 'running' | 'settled' {
    return this.settled === undefined ? (this.#inner?.status === 'queued' ? 'queued' : 'running') : 'settled'
  }

  override cancel(reason: unknown): void {
    if (this.settled !== undefined) return
    this.#inner?.cancel(reason)
    this.end(reason)
  }

  override whenFinished(resume: () => void): void {
    this.whenSettled(() => {
      if (this.#inner === undefined) resume()
      else this.#inner.whenFinished(resume)
    })
  }

  protected override begin(): void {
    const { deadline = Number.POSITIVE_INFINITY } = this.request.options ?? {}
    // a middleware may wait for something before it runs the call, or never run it
    this.#limit = after(this.engine, Math.max(0, deadline - this.engine.clock.now()), () =>
      this.cancel(new CancelReason('deadline')),
    )
    this.#subscription.add(this.#compose().subscribe(this.#receiver()))
  }

  protected override stopWork(): void {
    this.#limit?.cancel()
    this.#subscription.unsubscribe()
  }

  protected override fail(thrown: unknown): void {
    this.settle(this.#failed(thrown))
  }

  protected override giveLater({ job }: PendingResult, { reject }: OutputReceiver): void {
    reject(new Error(`A middleware answered that the call goes on as job '${job.id}': there is no output yet.`))
  }

  /** What the call inside has cost, where it ran at all. */
  protected override get spent(): { readonly queuedMs: number; readonly attempts: number } {
    return this.#inner?.settled?.meta ?? this.#inner ?? noMeta
  }

  /** The middleware from the outermost to the innermost, then the call. */
  #compose(): Observable<CallEvent> {
    const run = (index: number, request: CallRequest): Observable<CallEvent> => {
      const middleware = this.#middleware[index]
      if (middleware === undefined) return this.#runInner(request)
      const next = once((change) => run(index + 1, changed(request, change)))
      // what fails in one middleware is a result to the one around it
      return defer(() => middleware(this.#view(request), next)).pipe(
        catchError((error: unknown) => of(this.settleEvent(this.#failed(error)))),
      )
    }
    return new Observable((subscriber) => run(0, this.request).subscribe(subscriber))
  }

  #runInner(request: CallRequest): Observable<CallEvent> {
    return new Observable<CallEvent>((subscriber) => {
      if (this.settled !== undefined) return this.observe(subscriber)
      if (this.#inner !== undefined) throw new Error('A middleware ran the call twice; it may do so at most once.')
      const inner = new Call(this.engine, { ...request, callId: this.callId, isWrapped: true })
      this.#inner = inner
      inner.observe(subscriber)
      subscriber.add(() => {
        if (inner.status !== 'settled') inner.cancel(new CancelReason('unsubscribed'))
      })
      inner.start()
    })
  }

  #receiver(): { next(event: CallEvent): void; error(error: unknown): void; complete(): void } {
    return {
      next: (event) => {
        if (this.settled !== undefined) return
        if (!isEvent(event)) this.fail(new TypeError('A middleware gave no event of a call.'))
        else if (event.type === 'call-settle') this.settle(event.result)
        else this.tell(event)
      },
      error: (error) => this.fail(error),
      complete: () => {
        if (this.settled === undefined) this.fail(new Error('A middleware ended without a result.'))
      },
    }
  }

  #failed(thrown: unknown): CallResult {
    const meta = this.meta
    const at = { ...this.place, attempts: meta.attempts, now: this.engine.clock.now() }
    const error = isToolError(thrown) ? thrown : executionError(thrown, at)
    return { status: 'error', ...this.place, error, meta }
  }

  #view(request: CallRequest): MiddlewareCall {
    const { options, place, metadata = {} } = request
    return {
      ...this.place,
      arguments: request.arguments,
      session: options?.session ?? place.scope.session,
      tenant: options?.tenant ?? place.scope.tenant,
      metadata: options?.metadata ?? metadata,
    }
  }
}

function isEvent(event: CallEvent | null | undefined): event is CallEvent {
  return event?.type === 'call-settle'
    ? typeof event.result === 'object' && event.result !== null
    : typeof event?.type === 'string'
}

function once(next: MiddlewareNext): MiddlewareNext {
  let used = false
  return (change) => {
    if (used) throw new Error('A middleware called next twice; it may do so at most once.')
    used = true
    return next(change)
  }
}

function changed(request: CallRequest, change: Parameters<MiddlewareNext>[0]): CallRequest {
  if (change === undefined) return request
  const { metadata = request.options?.metadata ?? request.metadata } = change
  const given = 'arguments' in change ? change.arguments : request.arguments
  return { ...request, arguments: given, metadata, options: { ...request.options, metadata } }
}
