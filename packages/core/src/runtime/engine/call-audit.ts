import type { ResolvedAudit } from '../../audit/audit-options.ts'
import { AuditRecorder } from '../../audit/audit-recorder.ts'
import { type AuditBody, CallBodies } from '../../audit/call-bodies.ts'
import type { AfterlifeEvent } from '../../call/call-event.ts'
import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { CallRequest } from './call-request.ts'
import { auditUnavailable, type ErrorPlace } from './refusal.ts'
import type { RunningCall } from './running-call.ts'

/** What a {@link CallAudit} works with. */
export interface CallAuditParts {
  readonly clock: Clock
  /** Told when the log could not be written. */
  readonly onError: (error: unknown) => void
}

/** A call whose tool is about to run. */
interface StartedCall {
  readonly idempotencyKey: string
  bound(): BoundCall
}

/** Records the calls of a runtime, and refuses them while they cannot be recorded. */
export class CallAudit {
  readonly #recorder: AuditRecorder
  readonly #bodies: CallBodies
  readonly #clock: Clock
  /** They are counted: to record each would fill what waits for a log that cannot be written. */
  readonly #refusals = new WeakSet<ToolError>()

  constructor(audit: ResolvedAudit, { clock, onError }: CallAuditParts) {
    this.#recorder = new AuditRecorder({ ...audit, clock, onError })
    this.#bodies = new CallBodies(audit)
    this.#clock = clock
  }

  /** Where no call may begin now: milliseconds until it may be worth to try again. */
  get blockedMs(): number | undefined {
    return this.#recorder.blockedMs
  }

  /** What a call ends with that may not begin. */
  refuse(place: ErrorPlace): ToolError {
    const error = auditUnavailable(place, this.blockedMs ?? 1)
    this.#refusals.add(error)
    return error
  }

  /** The tool of a call is about to run for the first time. */
  start(call: StartedCall): void {
    const { callId, tool, ...bound } = call.bound()
    const { idempotencyKey } = call
    this.#record('call-start', { callId, tool }, (at) =>
      this.#bodies.start({ ...bound, callId, tool, idempotencyKey }, at),
    )
  }

  /** A call has ended. */
  settle({ callId, settled: result }: RunningCall, request: CallRequest, idempotencyKey: string): void {
    if (result === undefined) return
    if (result.status === 'error' && this.#refusals.has(result.error)) return this.#recorder.refuse()
    const { options, place } = request
    const tool = typeof request.tool === 'string' ? request.tool : request.tool.name
    const session = options?.session ?? place.scope.session
    const tenant = options?.tenant ?? place.scope.tenant
    const given = request.isDispatch ? readArguments(request.arguments) : request.arguments
    const facts = { callId, tool, session, tenant, idempotencyKey, arguments: given }
    this.#record('call-settle', { callId, tool }, (at) => this.#bodies.settle(facts, result, at))
  }

  /** A call did something after its end. */
  afterlife(event: AfterlifeEvent): void {
    this.#recorder.record(this.#bodies.afterlife(event))
  }

  /** Writes what has yet to be written; nothing is recorded afterwards. */
  close(): Promise<void> {
    return this.#recorder.close()
  }

  /** Results may be a middleware's, and of any shape: what cannot be written down is recorded without its content. */
  #record(
    type: string,
    call: { readonly callId: string; readonly tool: string },
    write: (at: number) => AuditBody,
  ): void {
    const at = this.#clock.now()
    let body: AuditBody
    try {
      body = write(at)
    } catch {
      body = { at, ...call, type, unreadable: true }
    }
    this.#recorder.record(body)
  }
}

/** A longer text is recorded as a text. */
const longestText = 64_000

/** Arguments as a model wrote them, where they are JSON text: read, so that members can be told apart. */
function readArguments(given: unknown): unknown {
  if (typeof given !== 'string' || given.length > longestText) return given
  try {
    return JSON.parse(given)
  } catch {
    return given
  }
}
