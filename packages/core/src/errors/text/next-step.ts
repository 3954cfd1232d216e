import { readProperty, readText } from '../safe-read.ts'
import { toolName } from './error-sentence.ts'
import type { ErrorView } from './error-view.ts'
import { describeIssue, type ModelIssue } from './model-issues.ts'
import { quotedText } from './tool-text.ts'

const longestHint = 300
/** Statuses that say that the same request is refused again. */
const argumentStatus: ReadonlySet<number> = new Set([400, 404, 406, 409, 410, 411, 412, 413, 414, 415, 422])
const accessStatus: ReadonlySet<number> = new Set([401, 402, 403, 407, 451])
const otherWay = 'Choose another tool, or go on without it.'

/** What the model should do next, in a sentence or two. */
export function nextStep(error: ErrorView, issues: readonly ModelIssue[], nearest: readonly string[]): string {
  switch (error.code) {
    case 'TOOL_NOT_FOUND':
      if (nearest.length === 0) return 'Choose a tool of the list that you were given.'
      return `Choose another tool of this list: ${nearest.join(', ')}.`
    case 'ARGUMENTS_INVALID':
      return fixArguments(error, issues)
    case 'EXECUTION_FAILED':
      return afterFailure(error)
    case 'APPROVAL_DENIED':
      return 'Do not repeat this call. Ask the user, or choose another way.'
    case 'REPEATED_CALL':
      return `Do not repeat this call: change the arguments, or choose another tool.`
    case 'IDEMPOTENCY_CONFLICT':
      return 'Do not repeat this call with that key: give a new call a key of its own.'
    case 'OUTCOME_UNKNOWN':
      return check
    case 'OUTPUT_INVALID':
    case 'TOOL_STUCK':
    case 'RUNTIME_CLOSED':
      return `Do not repeat this call. ${otherWay}`
    default:
      return later(error)
  }
}

const check = 'Find out whether it took effect before you call it again.'

function fixArguments(error: ErrorView, issues: readonly ModelIssue[]): string {
  if (issues.length === 0) return `Fix the arguments and call ${toolName(error)} again.`
  return `Fix these arguments and call ${toolName(error)} again: ${issues.map(describeIssue).join('; ')}.`
}

function afterFailure(error: ErrorView): string {
  const hint = readText(error.details, 'hint')
  const advice = hint === undefined ? '' : ` The tool advises: ${quotedText(hint, longestHint)}`
  return `${error.retryable ? later(error) : withoutRetry(error)}${advice}`
}

function withoutRetry({ details }: ErrorView): string {
  const status = readProperty(details, 'status')
  const given = typeof status === 'number' ? status : 0
  if (accessStatus.has(given))
    return 'Do not repeat this call: access was refused. Choose another tool, or tell the user.'
  if (readProperty(details, 'blame') === 'caller' || argumentStatus.has(given)) {
    return 'Do not repeat this call unchanged: change the arguments, or choose another tool.'
  }
  return `Do not repeat this call unchanged. ${otherWay}`
}

function later(error: ErrorView): string {
  if (readProperty(error.details, 'sideEffects') === 'unknown') return check
  if (!error.retryable && error.retryAfterMs === undefined) return `Do not repeat this call. ${otherWay}`
  return `Call it again ${when(error.retryAfterMs)}, or choose another tool.`
}

function when(waitMs: number | undefined): string {
  if (waitMs === undefined) return 'later'
  const seconds = Math.ceil(waitMs / 1000)
  if (seconds <= 1) return 'in a second'
  return seconds <= 120 ? `in ${seconds} seconds` : `in ${Math.ceil(seconds / 60)} minutes`
}
