import { errorSentence } from './text/error-sentence.ts'
import type { ErrorView } from './text/error-view.ts'
import { type ModelIssue, readIssues, readNearest } from './text/model-issues.ts'
import { nextStep } from './text/next-step.ts'
import type { ToolErrorCode } from './tool-error-code.ts'

/** A failure as a model should read it: plain data without a stack and without secrets. */
export interface ModelError {
  code: ToolErrorCode
  /** What happened, at most 500 characters; a tool's own text stands in double quotes and is named as such. */
  message: string
  /** What to do next. */
  next: string
  /** How often the tool was tried. */
  attempts: number
  /** Milliseconds before which a repetition makes no sense. */
  retryAfterMs?: number
  /** What does not fit, of ARGUMENTS_INVALID. */
  issues?: ModelIssue[]
  /** Tools with similar names, of TOOL_NOT_FOUND. */
  nearest?: string[]
}

/**
 * Renders an error for a model. Of `details` these are shown: `issues` (`{ path, message, expected?, received? }`) of
 * ARGUMENTS_INVALID, `nearest` of TOOL_NOT_FOUND, `status`, `code` and `hint` of EXECUTION_FAILED, `reason` of
 * APPROVAL_DENIED, `count` of REPEATED_CALL, whose cause is the last error, and `sideEffects: 'unknown'`.
 */
export function renderError(error: ErrorView): ModelError {
  const issues = error.code === 'ARGUMENTS_INVALID' ? readIssues(error.details) : []
  const nearest = error.code === 'TOOL_NOT_FOUND' ? readNearest(error.details) : []
  return {
    code: error.code,
    message: errorSentence(error),
    next: nextStep(error, issues, nearest),
    attempts: error.attempts,
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    ...(issues.length > 0 && { issues }),
    ...(nearest.length > 0 && { nearest }),
  }
}
