import type { ModelIssue } from '../../errors/text/model-issues.ts'
import { ToolError, type ToolErrorInit } from '../../errors/tool-error.ts'

/** The call that an error belongs to. */
export interface ErrorPlace {
  readonly tool: string
  readonly callId: string
  readonly attempts: number
}

type Place = Pick<ToolErrorInit, 'tool' | 'callId' | 'attempts'>
type Rest = Omit<ToolErrorInit, 'code' | 'message' | keyof Place>

/** An error of a call, or of a job, that is refused. */
export function makeError(code: ToolErrorInit['code'], message: string, place: Place, rest?: Rest): ToolError {
  const { tool, callId, attempts } = place
  return new ToolError({ code, message, tool, callId, attempts, ...rest })
}

/** No tool of that name. */
export function toolNotFound(place: ErrorPlace, nearest: readonly string[]): ToolError {
  const hint = nearest.length === 0 ? '' : ` The nearest names are ${nearest.join(', ')}.`
  return makeError('TOOL_NOT_FOUND', `There is no tool '${place.tool.slice(0, 128)}'.${hint}`, place, {
    details: { nearest },
  })
}

/** The arguments do not fit the tool. */
export function argumentsInvalid(place: ErrorPlace, issues: readonly ModelIssue[]): ToolError {
  return misfit('ARGUMENTS_INVALID', `The arguments of '${place.tool}' are not valid`, place, issues)
}

/** The tool's result does not fit its output schema. */
export function outputInvalid(place: ErrorPlace, issues: readonly ModelIssue[]): ToolError {
  return misfit('OUTPUT_INVALID', `The result of '${place.tool}' does not fit its output schema`, place, issues)
}

function misfit(
  code: ToolErrorInit['code'],
  what: string,
  place: ErrorPlace,
  issues: readonly ModelIssue[],
): ToolError {
  const told = issues.slice(0, 5).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return makeError(code, `${what}: ${told.join('; ')}`, place, { details: { issues } })
}

/** The call's total limit, its deadline, its parent's or its scope's has passed. */
export function deadlineExceeded(place: ErrorPlace, mayRepeat: boolean): ToolError {
  const unknown = mayRepeat || place.attempts === 0 ? '' : ' It may still have had its effects.'
  return makeError('DEADLINE_EXCEEDED', `The deadline of the call of '${place.tool}' has passed.${unknown}`, place, {
    retryable: true,
    details: unknown === '' ? {} : { sideEffects: 'unknown' },
  })
}

/** Too many wait for this tool already. */
export function queueFull(
  place: ErrorPlace,
  details: { readonly key: string; readonly retryAfterMs: number },
): ToolError {
  return makeError('QUEUE_FULL', `Too many calls of '${place.tool}' are waiting.`, place, {
    retryable: true,
    retryAfterMs: details.retryAfterMs,
    details: { key: details.key },
  })
}

/** The call waited longer than its policy allows. */
export function queueTimeout(place: ErrorPlace, limitMs: number): ToolError {
  return makeError('QUEUE_TIMEOUT', `The call of '${place.tool}' waited ${limitMs} ms without being started.`, place, {
    retryable: true,
    details: { limitMs },
  })
}

/** Earlier runs of the tool neither end nor obey. */
export function toolStuck(place: ErrorPlace, details: { readonly key: string; readonly abandoned: number }): ToolError {
  const { key, abandoned } = details
  return makeError('TOOL_STUCK', `'${place.tool}' hangs: ${abandoned} abandoned runs have not ended.`, place, {
    retryable: true,
    details: { key, abandoned },
  })
}

/** Somebody who was asked has not consented, or could not be asked. */
export function approvalDenied(
  place: ErrorPlace,
  why: { readonly reason?: string | undefined } | { readonly cause: unknown },
): ToolError {
  const reason = 'cause' in why ? 'its approval failed' : why.reason
  const message = `The call of '${place.tool}' was not approved${reason === undefined ? '' : `: ${reason}`}.`
  return makeError(
    'APPROVAL_DENIED',
    message,
    place,
    'cause' in why ? why : { details: reason === undefined ? {} : { reason } },
  )
}

/** The same call has failed too often of late. */
export function repeatedCall(
  place: ErrorPlace,
  repeated: { readonly count: number; readonly withinMs: number; readonly lastError: ToolError },
): ToolError {
  const { count, withinMs, lastError } = repeated
  const last = `${lastError.code}: ${lastError.message}`
  return makeError(
    'REPEATED_CALL',
    `This call of '${place.tool}' has failed ${count} times; the last time with ${last}`,
    place,
    {
      details: { count, withinMs, lastError: last },
      cause: lastError,
    },
  )
}

/** The runtime or scope takes no more calls. */
export function runtimeClosed(place: ErrorPlace): ToolError {
  return makeError('RUNTIME_CLOSED', `'${place.tool}' was not called: the runtime or scope is closed.`, place)
}

/** What the call does could not be recorded. */
export function auditUnavailable(place: ErrorPlace, retryAfterMs: number): ToolError {
  return makeError('EXECUTION_FAILED', `'${place.tool}' was not called: the audit log cannot be written.`, place, {
    retryable: true,
    retryAfterMs,
    details: { audit: 'unavailable' },
  })
}

/** The same error, with more details: for what is known only when it has become the call's final one. */
export function withDetails(error: ToolError, details: Readonly<Record<string, unknown>>): ToolError {
  return changed(error, { details: { ...error.details, ...details } })
}

/** The same error, with the one before it as its cause. */
export function withCause(error: ToolError, cause: ToolError): ToolError {
  return changed(error, { cause })
}

/** The same error, as another call that shared the execution ends with it. */
export function forCall(error: ToolError, place: { readonly tool: string; readonly callId: string }): ToolError {
  const { tool, callId } = place
  return error.callId === callId ? error : changed(error, { tool, callId })
}

function changed(error: ToolError, changes: Partial<ToolErrorInit>): ToolError {
  const { code, message, tool, callId, attempts, retryable, retryAfterMs, details, cause } = error
  const known = { code, message, tool, callId, attempts, retryable, retryAfterMs, details, cause }
  return new ToolError({ ...known, ...changes })
}
