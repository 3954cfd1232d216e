import { Observable } from 'rxjs'
import type { CallEvent } from '../call/call-event.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import type { Middleware } from '../call/middleware.ts'
import { Call } from './call.ts'
import type { CallRequest } from './call-request.ts'
import type { Engine } from './engine.ts'
import { MiddlewareRun } from './middleware-run.ts'
import { PendingCallHandle } from './pending-call.ts'
import type { RunningCall } from './running-call.ts'

/** Starts calls: with the runtime's middleware around them, or, where there is none, as they are. */
export class Launcher {
  readonly engine: Engine
  readonly #middleware: readonly Middleware[]

  constructor(engine: Engine, middleware: readonly Middleware[]) {
    this.engine = engine
    this.#middleware = middleware
  }

  /** Makes a call that has yet to be started. */
  prepare(request: CallRequest): RunningCall & { start(): void } {
    if (this.#middleware.length === 0) return new Call(this.engine, request)
    return new MiddlewareRun(this.engine, request, this.#middleware)
  }

  /** Starts a call now. */
  launch<O>(request: CallRequest): PendingCallHandle<O> {
    const call = this.prepare(request)
    call.start()
    return new PendingCallHandle<O>(call)
  }

  /** A cold call: each subscription is a run of its own, unsubscribing cancels it. */
  launch$<O>(request: CallRequest): Observable<CallEvent<O>> {
    return new Observable<CallEvent<O>>((subscriber) => {
      const call = this.prepare(request)
      call.observe(subscriber)
      subscriber.add(() => {
        if (call.status !== 'settled') call.cancel(new CancelReason('unsubscribed'))
      })
      call.start()
    })
  }
}
