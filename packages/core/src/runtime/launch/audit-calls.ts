import type { CallAudit } from '../engine/call-audit.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { Engine, Launcher } from '../engine/engine.ts'
import type { RunningCall } from '../engine/running-call.ts'
import { MiddlewareRun } from './middleware-run.ts'

type Prepare = Launcher['prepare']

/** How calls are made. */
interface Around {
  readonly prepare: Prepare
  /** Has telemetry follow what is prepared. */
  readonly follow: (prepare: Prepare) => Prepare
}

/**
 * Around calls and their middleware: has the end of every call recorded, and refuses calls while they cannot be. Ids of
 * calls may come again; an idempotency key that is made for the call tells which start an end belongs to.
 */
export function auditCalls(engine: Engine, audit: CallAudit, { prepare, follow }: Around): Prepare {
  const refuse = follow((request) => refused(engine, audit, request))
  return (given) => {
    const { options } = given
    const idempotencyKey = options?.idempotencyKey ?? `${engine.id}-${engine.nextSequence()}`
    const request = { ...given, options: { ...options, idempotencyKey } }
    const call = audit.blockedMs === undefined ? prepare(request) : refuse(request)
    call.whenSettled(() => audit.settle(call, request, idempotencyKey))
    return call
  }
}

/** A call that takes its place in its scope as any other, and ends at once. */
function refused(engine: Engine, audit: CallAudit, request: CallRequest): RunningCall {
  return new MiddlewareRun(engine, request, [
    ({ callId, tool }) => {
      throw audit.refuse({ callId, tool, attempts: 0 })
    },
  ])
}
