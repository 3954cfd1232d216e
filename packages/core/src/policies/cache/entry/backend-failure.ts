import { findChildError } from '../../../errors/error-facts.ts'
import type { ToolError } from '../../../errors/tool-error.ts'
import type { ToolErrorCode } from '../../../errors/tool-error-code.ts'

/** The call itself was wrong, unwanted or given up: an old result would be as wrong an answer as a new one. */
const ofTheCall: ReadonlySet<ToolErrorCode> = new Set<ToolErrorCode>([
  'TOOL_NOT_FOUND',
  'ARGUMENTS_INVALID',
  'DEADLINE_EXCEEDED',
  'REPEATED_CALL',
  'APPROVAL_DENIED',
  'IDEMPOTENCY_CONFLICT',
  'OUTCOME_UNKNOWN',
  'RUNTIME_CLOSED',
])

/** Statuses below 500 that say nothing against the request: too slow, too early, too many. */
const notOfTheRequest: ReadonlySet<number> = new Set([408, 425, 429])

/**
 * Tells whether a failure is the backend's, so that the same question deserves an older answer: it failed, timed out,
 * gave what does not fit, or could not be reached for its breaker, its limits or its queue. Not where the caller is to
 * blame: `blame: 'caller'` and a status of 400 to 499 other than 408, 425 and 429; a 404 is an answer. The failure of a
 * child call is judged as the child's own.
 */
export function isBackendFailure(error: ToolError): boolean {
  const child = error.details.child === undefined ? undefined : findChildError(error.cause)
  if (child !== undefined) return isBackendFailure(child)
  if (ofTheCall.has(error.code)) return false
  const { blame, status } = error.details
  if (blame === 'caller') return false
  return typeof status !== 'number' || status < 400 || status >= 500 || notOfTheRequest.has(status)
}
