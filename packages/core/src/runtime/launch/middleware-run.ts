import { catchError, defer, Observable, of, type Subscriber, Subscription } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CallResult } from '../../call/call-result.ts'
import type { Middleware, MiddlewareCall, MiddlewareNext } from '../../call/middleware.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import { executionError } from '../../errors/execution-error.ts'
import { isToolError } from '../../errors/tool-error.ts'
import type { ScopeChild, ScopeTree } from '../../scope/scope-child.ts'
import type { SignalLink } from '../../scope/signal-hub.ts'
import { Call } from '../call/call.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { Engine } from '../engine/engine.ts'
import { addObserver, type CallObserver } from '../engine/event-stream.ts'
import { runtimeClosed } from '../engine/refusal.ts'
import type { RunningCall } from '../engine/running-call.ts'

/**
 * A call with middleware around it. It is settled by what the outermost middleware gives, or at once by a cancel; the
 * call inside tells its events to the middleware alone.
 */
export class MiddlewareRun implements RunningCall, ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  readonly callId: string
  settled: CallResult | undefined = undefined
  readonly #engine: Engine
  readonly #request: CallRequest
  readonly #middleware: readonly Middleware[]
  readonly #startedAt: number
  readonly #subscription: Subscription = new Subscription()
  #inner: Call | undefined = undefined
  #observer: CallObserver | undefined = undefined
  #link: SignalLink | undefined = undefined
  #order = 0
  #inScope = false
  #onSettle: (() => void)[] = []
  #promise: Promise<unknown> | undefined = undefined

  constructor(engine: Engine, request: CallRequest, middleware: readonly Middleware[]) {
    this.#engine = engine
    this.#request = request
    this.#middleware = middleware
    this.#startedAt = engine.clock.monotonic()
    this.callId = request.callId ?? engine.callId(engine.nextSequence())
  }

  get status(): 'queued' | 'running' | 'settled' {
    return this.settled === undefined ? (this.#inner?.status === 'queued' ? 'queued' : 'running') : 'settled'
  }

  start(): void {
    const { options, place } = this.#request
    const { scope } = place
    if (scope.isClosing) return this.#settle(this.#failed(runtimeClosed({ ...this.#place, attempts: 0 })))
    this.#order = scope.rule.start()
    if (scope.cancelled !== undefined) return this.cancel(scope.cancelled.reason)
    if (options?.signal?.aborted) return this.cancel(options.signal.reason)
    scope.add(this)
    this.#inScope = true
    if (options?.signal !== undefined) this.#link = this.#engine.signals.join(options.signal, this)
    this.#subscription.add(this.#compose().subscribe(this.#receiver()))
  }

  cancel(reason: unknown): void {
    if (this.settled !== undefined) return
    this.#inner?.cancel(reason)
    if (this.settled !== undefined) return
    this.#settle({ status: 'cancelled', ...this.#place, reason, meta: this.#meta() })
  }

  whenSettled(resume: () => void): void {
    if (this.settled !== undefined) resume()
    else this.#onSettle.push(resume)
  }

  promise(): Promise<unknown> {
    this.#promise ??= new Promise((resolve, reject) => {
      this.whenSettled(() => {
        const { settled } = this
        if (settled?.status === 'ok') resolve(settled.output)
        else reject(settled === undefined ? undefined : causeOf(settled))
      })
    })
    return this.#promise
  }

  whenFinished(resume: () => void): void {
    this.whenSettled(() => {
      if (this.#inner === undefined) resume()
      else this.#inner.whenFinished(resume)
    })
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

  /** The middleware from the outermost to the innermost, then the call. */
  #compose(): Observable<CallEvent> {
    const run = (index: number, request: CallRequest): Observable<CallEvent> => {
      const middleware = this.#middleware[index]
      if (middleware === undefined) return this.#runInner(request)
      const next = once((change) => run(index + 1, changed(request, change)))
      // what fails in one middleware is a result to the one around it
      return defer(() => middleware(this.#view(request), next)).pipe(
        catchError((error: unknown) => of(this.#settleEvent(this.#failed(error)))),
      )
    }
    return new Observable((subscriber) => run(0, this.#request).subscribe(subscriber))
  }

  #runInner(request: CallRequest): Observable<CallEvent> {
    return new Observable<CallEvent>((subscriber) => {
      if (this.#inner !== undefined)
        throw new Error('A middleware ran the call twice; only one subscription is allowed.')
      const inner = new Call(this.#engine, { ...request, callId: this.callId, isWrapped: true })
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
        if (event.type === 'call-settle') this.#settle(event.result)
        else this.#engine.deliver(event, this.#observer)
      },
      error: (error) => this.#settle(this.#failed(error)),
      complete: () => {
        if (this.settled === undefined) this.#settle(this.#failed(new Error('A middleware ended without a result.')))
      },
    }
  }

  #settle(result: CallResult): void {
    if (this.settled !== undefined) return
    this.settled = result
    if (this.#link !== undefined) this.#engine.signals.leave(this.#link)
    this.#subscription.unsubscribe()
    const observer = this.#observer
    this.#observer = undefined
    this.#engine.deliver(this.#settleEvent(result), observer)
    for (const resume of this.#onSettle.splice(0)) resume()
    this.#judge(result)
    this.whenFinished(() => this.#leaveScope())
  }

  #judge(result: CallResult): void {
    const { rule } = this.#request.place.scope
    if (this.#order === 0) return
    if (result.status === 'ok') rule.succeed()
    else if (result.status === 'error') rule.fail(this.#order, result.error)
  }

  #leaveScope(): void {
    if (!this.#inScope) return
    this.#inScope = false
    this.#request.place.scope.remove(this)
  }

  #settleEvent(result: CallResult): CallEvent {
    return { type: 'call-settle', ...this.#place, at: this.#engine.clock.now(), result }
  }

  #failed(thrown: unknown): CallResult {
    const meta = this.#meta()
    const at = { ...this.#place, attempts: meta.attempts, now: this.#engine.clock.now() }
    const error = isToolError(thrown) ? thrown : executionError(thrown, at)
    return { status: 'error', ...this.#place, error, meta }
  }

  #meta(): CallResult['meta'] {
    // what the call inside has cost so far, where it ran at all
    const { queuedMs, attempts } = this.#inner?.settled?.meta ?? this.#inner ?? { queuedMs: 0, attempts: 0 }
    return { queuedMs, durationMs: this.#engine.clock.monotonic() - this.#startedAt, attempts }
  }

  #view(request: CallRequest): MiddlewareCall {
    const { options, place, metadata = {} } = request
    return {
      ...this.#place,
      arguments: request.arguments,
      session: options?.session ?? place.scope.session,
      tenant: options?.tenant ?? place.scope.tenant,
      metadata: options?.metadata ?? metadata,
    }
  }
}

function causeOf(result: Exclude<CallResult, { readonly status: 'ok' }>): unknown {
  if (result.status === 'error') return result.error
  if (result.status === 'cancelled') return result.reason
  return new Error(`A middleware answered that the call goes on as job '${result.job.id}': there is no output yet.`)
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
