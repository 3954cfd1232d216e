import { Observable } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { Middleware } from '../../call/middleware.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import type { PendingCall } from '../../tool/pending-call.ts'
import { Call } from '../call/call.ts'
import type { CallTelemetry } from '../engine/call-follower.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { Engine, Launcher } from '../engine/engine.ts'
import type { RunningCall } from '../engine/running-call.ts'
import { auditCalls } from './audit-calls.ts'
import { followCalls } from './followed-run.ts'
import { MiddlewareRun } from './middleware-run.ts'
import { PendingCallHandle } from './pending-call.ts'
import { quickAnswer } from './quick-answer.ts'

/** Gives the call of a dispatch that is no ordinary one; undefined where it is. */
export type OtherCall = (request: CallRequest) => RunningCall | undefined

/** What stands around calls. */
interface Surroundings {
  readonly middleware: readonly Middleware[]
  readonly telemetry: CallTelemetry | undefined
}

/** Starts calls with what stands around them, or, where that is nothing, as they are. */
export function createLauncher(engine: Engine, surroundings: Surroundings, other: OtherCall): Launcher {
  const { middleware, telemetry } = surroundings
  const follow = (prepare: Launcher['prepare']): Launcher['prepare'] =>
    telemetry === undefined ? prepare : followCalls(engine, telemetry, prepare)
  const begin = follow((request) =>
    middleware.length === 0 ? new Call(engine, request) : new MiddlewareRun(engine, request, middleware),
  )
  const select = (request: CallRequest): RunningCall =>
    request.isDispatch ? (other(request) ?? begin(request)) : begin(request)
  const prepare = engine.audit === undefined ? select : auditCalls(engine, engine.audit, { prepare: select, follow })
  const isBare = middleware.length === 0 && engine.audit === undefined
  const isPlain = (): boolean => isBare && telemetry?.isActive() !== true
  return {
    prepare,
    launch<O>(request: CallRequest): PendingCall<O> {
      const call = (isPlain() ? quickAnswer(engine, request) : undefined) ?? prepare(request)
      call.start()
      return new PendingCallHandle<O>(call)
    },
    launch$<O>(request: CallRequest): Observable<CallEvent<O>> {
      return new Observable<CallEvent<O>>((subscriber) => {
        const call = prepare(request)
        call.observe(subscriber)
        subscriber.add(() => {
          if (call.status !== 'settled') call.cancel(new CancelReason('unsubscribed'))
        })
        call.start()
      })
    },
  }
}
