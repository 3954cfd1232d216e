import type { ResolvedAudit } from '../../audit/audit-options.ts'
import { AuditRecorder } from '../../audit/audit-recorder.ts'
import { CallBodies, type CallFacts, unreadableBody } from '../../audit/call-bodies.ts'
import type { AfterlifeEvent } from '../../call/call-event.ts'
import type { CallResult } from '../../call/call-result.ts'
import type { BoundCall } from '../../call/tool-call.ts'
import { readProperty } from '../../errors/safe-read.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { ApprovalDecision } from '../../policies/approval/approval-policy.ts'
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

/** A call that goes on. */
interface GoingCall {
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

  /** Somebody has consented to a call: why, and to what, where that is not what was asked for. */
  approve(call: GoingCall, { reason, arguments: changed }: ApprovalDecision): void {
    this.#recorder.record(this.#bodies.approve(this.#facts(call, changed), reason, this.#clock.now()))
  }

  /** The tool of a call is about to run for the first time. */
  start(call: GoingCall): void {
    const facts = this.#facts(call, call.bound().arguments)
    const at = this.#clock.now()
    const write = (): string => this.#bodies.start(facts, at)
    this.#recorder.draft({ owner: call, given: facts.arguments, write })
  }

  /**
   * A call has ended. Where its start is not on its way to the log yet, one record tells both: the log would have had
   * them at the same time.
   */
  settle(call: RunningCall, request: CallRequest, idempotencyKey: string): void {
    const { callId, settled: result } = call
    if (result === undefined) return
    if (result.status === 'error' && this.#refusals.has(result.error)) return this.#recorder.refuse()
    const { options, place, tool } = request
    const facts: CallFacts = {
      callId,
      tool: typeof tool === 'string' ? tool : tool.name,
      session: options?.session ?? place.scope.session,
      tenant: options?.tenant ?? place.scope.tenant,
      idempotencyKey,
      arguments: this.#recorder.withdraw(call)?.given ?? (hasRun(result) ? '' : this.#given(request)),
    }
    this.#recorder.record(this.#settleBody(facts, result))
  }

  /** A call did something after its end. */
  afterlife(event: AfterlifeEvent): void {
    this.#recorder.record(this.#bodies.afterlife(event))
  }

  /** Writes what has yet to be written; nothing is recorded afterwards. */
  close(): Promise<void> {
    return this.#recorder.close()
  }

  #facts(call: GoingCall, given: unknown): CallFacts {
    const { callId, tool, session, tenant } = call.bound()
    const { idempotencyKey } = call
    return { callId, tool, session, tenant, idempotencyKey, arguments: this.#bodies.arguments(given) }
  }

  #given({ arguments: given, isDispatch }: CallRequest): string {
    return this.#bodies.arguments(isDispatch ? readArguments(given) : given)
  }

  #settleBody(facts: CallFacts, result: CallResult): string {
    const at = this.#clock.now()
    try {
      return this.#bodies.settle(facts, result, at)
    } catch {
      return unreadableBody('call-settle', facts, at)
    }
  }
}

/** A middleware's result may be of any shape. */
function hasRun(result: CallResult): boolean {
  const attempts = readProperty(result.meta, 'attempts')
  return typeof attempts === 'number' && attempts > 0
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
