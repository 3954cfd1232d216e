import type { AfterlifeEvent } from '../call/call-event.ts'
import type { CallResult } from '../call/call-result.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import { readText } from '../errors/safe-read.ts'
import type { ToolError } from '../errors/tool-error.ts'
import type { ResolvedAudit } from './audit-options.ts'
import type { Redactor } from './create-redactor.ts'

/** What a record tells of a call, whatever happened. */
export interface CallFacts {
  readonly callId: string
  readonly tool: string
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly idempotencyKey: string
  /** Those of the tool's schema; before they were bound, as they were given. */
  readonly arguments: unknown
}

/** What a record says, as plain JSON; a member that is undefined is not written. */
export type AuditBody = Readonly<Record<string, unknown>>

/** Writes down what happens in calls: copies, redacted at once, so that nothing that changes later changes a record. */
export class CallBodies {
  readonly #redactor: Redactor
  readonly #includesArguments: boolean
  readonly #includesOutput: boolean

  constructor({ redactor, includesArguments, includesOutput }: ResolvedAudit) {
    this.#redactor = redactor
    this.#includesArguments = includesArguments
    this.#includesOutput = includesOutput
  }

  // Members stand in the order of canonical JSON: to sort them again then costs least.

  /** The tool is about to run for the first time. */
  start(call: CallFacts, at: number): AuditBody {
    return {
      arguments: this.#arguments(call.arguments),
      at,
      callId: clip(call.callId),
      idempotencyKey: clip(call.idempotencyKey),
      session: clip(call.session),
      tenant: clip(call.tenant),
      tool: call.tool,
      type: 'call-start',
    }
  }

  /** The call has ended. Its arguments are in here where the tool never ran. */
  settle(call: CallFacts, result: CallResult, at: number): AuditBody {
    const { attempts, queuedMs, durationMs, cache, degraded } = result.meta
    return {
      arguments: attempts === 0 ? this.#arguments(call.arguments) : undefined,
      at,
      attempts,
      cache: cache?.layer,
      callId: clip(call.callId),
      degraded,
      durationMs: microseconds(durationMs),
      error: result.status === 'error' ? this.#error(result.error) : undefined,
      idempotencyKey: clip(call.idempotencyKey),
      job: result.status === 'pending' ? result.job.id : undefined,
      output: result.status === 'ok' && this.#includesOutput ? this.#value(result.output) : undefined,
      queuedMs: microseconds(queuedMs),
      reason: result.status === 'cancelled' ? this.#reason(result.reason) : undefined,
      session: clip(call.session),
      status: result.status,
      tenant: clip(call.tenant),
      tool: this.#redactor.text(clip(call.tool)),
      type: 'call-settle',
    }
  }

  /** What a tool did after its call had ended. */
  afterlife(event: AfterlifeEvent): AuditBody {
    const { at, attempt, callId, tool, type } = event
    const late = type === 'late-result' ? { lateByMs: microseconds(event.lateByMs), outcome: event.outcome } : {}
    return { at, attempt, callId: clip(callId), ...late, tool, type }
  }

  #arguments(given: unknown): unknown {
    return this.#includesArguments ? this.#value(given) : undefined
  }

  #value(value: unknown): unknown {
    return value === undefined ? undefined : this.#redactor.value(value)
  }

  #error({ code, message, details, retryable }: ToolError): AuditBody {
    const isBare = Object.keys(details).length === 0
    return {
      code,
      details: isBare ? undefined : this.#redactor.value(details),
      message: this.#redactor.text(message),
      retryable,
    }
  }

  /** Who asked for the end: one of ours says why by its kind, anything else is the caller's own. */
  #reason(reason: unknown): AuditBody {
    const text = typeof reason === 'string' ? reason : readText(reason, 'message')
    return {
      kind: reason instanceof CancelReason ? reason.kind : 'caller',
      message: text === undefined ? undefined : this.#redactor.text(text),
    }
  }
}

/** Names come from callers and models, and may be of any length. */
const maxNameLength = 256

function clip(name: string): string
function clip(name: string | undefined): string | undefined
function clip(name: string | undefined): string | undefined {
  return name === undefined || name.length <= maxNameLength ? name : `${name.slice(0, maxNameLength).toWellFormed()}…`
}

/** Clocks give more digits than mean anything. */
function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
