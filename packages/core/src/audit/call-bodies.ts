import type { AfterlifeEvent } from '../call/call-event.ts'
import type { CallResult } from '../call/call-result.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import { readText } from '../errors/safe-read.ts'
import type { ToolError } from '../errors/tool-error.ts'
import { quoteJson } from '../json/plain-json.ts'
import type { ResolvedAudit } from './audit-options.ts'
import type { Redactor } from './create-redactor.ts'

/** What a record tells of a call, whatever happened. */
export interface CallFacts {
  readonly callId: string
  readonly tool: string
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly idempotencyKey: string
  /** The member with its arguments, where this record has to tell them; see {@link CallBodies.arguments}. */
  readonly arguments: string
}

/**
 * Writes down what happens in calls, as canonical JSON: redacted at once, so that nothing that changes later changes a
 * record. The text is put together by hand, members in their order, which takes a third of the time of a writer that
 * has to find that order.
 */
export class CallBodies {
  readonly #redactor: Redactor
  readonly #includesArguments: boolean
  readonly #includesOutput: boolean

  constructor({ redactor, includesArguments, includesOutput }: ResolvedAudit) {
    this.#redactor = redactor
    this.#includesArguments = includesArguments
    this.#includesOutput = includesOutput
  }

  /** The member with a call's arguments, as they are now; empty where they are not recorded. */
  arguments(given: unknown): string {
    return this.#includesArguments ? this.#value('arguments', given) : ''
  }

  /** Somebody has consented to the call; its arguments are those to which it was changed. */
  approve(call: CallFacts, reason: string | undefined, at: number): string {
    return this.#step('call-approve', call, at, reason)
  }

  /** The tool is about to run for the first time. */
  start(call: CallFacts, at: number): string {
    return this.#step('call-start', call, at)
  }

  /** The call has ended. */
  settle(call: CallFacts, result: CallResult, at: number): string {
    const { attempts, queuedMs, durationMs, cache, degraded } = result.meta
    const first = `{${call.arguments}${number('at', at)}${number('attempts', attempts)}${name('cache', cache?.layer)}`
    const how = `${degraded === true ? '"degraded":true,' : ''}${number('durationMs', microseconds(durationMs))}`
    const error = result.status === 'error' ? this.#error(result.error) : ''
    const job = result.status === 'pending' ? name('job', result.job.id) : ''
    const output = result.status === 'ok' && this.#includesOutput ? this.#value('output', result.output) : ''
    const waited = number('queuedMs', microseconds(queuedMs))
    const reason = result.status === 'cancelled' ? this.#reason(result.reason) : ''
    const last = `${name('status', result.status)}${name('tenant', call.tenant)}${this.#text('tool', clip(call.tool))}`
    const names = `${name('callId', call.callId)}${how}${error}${name('idempotencyKey', call.idempotencyKey)}`
    return `${first}${names}${job}${output}${waited}${reason}${name('session', call.session)}${last}"type":"call-settle"}`
  }

  /** What a tool did after its call had ended. */
  afterlife(event: AfterlifeEvent): string {
    const { at, attempt, callId, tool, type } = event
    const isLate = type === 'late-result'
    const late = isLate ? `${number('lateByMs', microseconds(event.lateByMs))}${name('outcome', event.outcome)}` : ''
    return `{${number('at', at)}${number('attempt', attempt)}${name('callId', callId)}${late}${name('tool', tool)}"type":"${type}"}`
  }

  #step(type: string, call: CallFacts, at: number, reason?: string): string {
    const first = `{${call.arguments}${number('at', at)}${name('callId', call.callId)}`
    const why = reason === undefined ? '' : this.#text('reason', reason)
    const whose = `${name('session', call.session)}${name('tenant', call.tenant)}${name('tool', call.tool)}`
    return `${first}${name('idempotencyKey', call.idempotencyKey)}${why}${whose}"type":"${type}"}`
  }

  #value(key: string, value: unknown): string {
    return value === undefined ? '' : `"${key}":${this.#redactor.json(value)},`
  }

  #text(key: string, text: string): string {
    return `"${key}":${quoteJson(this.#redactor.text(text))},`
  }

  #error({ code, message, details, retryable }: ToolError): string {
    const shown = Object.keys(details).length === 0 ? undefined : details
    const facts = `${name('code', code)}${this.#value('details', shown)}${this.#text('message', message)}`
    return `"error":{${facts}"retryable":${retryable ? 'true' : 'false'}},`
  }

  /** Who asked for the end: one of ours says why by its kind, anything else is the caller's own. */
  #reason(reason: unknown): string {
    const text = typeof reason === 'string' ? reason : readText(reason, 'message')
    const kind = reason instanceof CancelReason ? reason.kind : 'caller'
    const message = text === undefined ? '' : `,"message":${quoteJson(this.#redactor.text(text))}`
    return `"reason":{"kind":"${kind}"${message}},`
  }
}

/** Stands in for a body that could not be made: the result of a middleware may be of any shape. */
export function unreadableBody(type: string, { callId, tool }: Pick<CallFacts, 'callId' | 'tool'>, at: number): string {
  return `{${number('at', at)}${name('callId', callId)}${name('tool', tool)}"type":"${type}","unreadable":true}`
}

// Each of these writes a member and the comma behind it; `type`, which always comes last, has none.

function name(key: string, text: string | undefined): string {
  return text === undefined ? '' : `"${key}":${quoteJson(clip(text))},`
}

function number(key: string, value: number): string {
  return Number.isFinite(value) ? `"${key}":${value},` : ''
}

/** Names come from callers and models, and may be of any length. */
const maxNameLength = 256

function clip(text: string): string {
  return text.length <= maxNameLength ? text : `${text.slice(0, maxNameLength)}…`
}

/** Clocks give more digits than mean anything. */
function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
