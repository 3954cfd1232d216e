import { type ErrorFacts, findChildError, readErrorFacts } from './error-facts.ts'
import { readText } from './safe-read.ts'
import { ToolError } from './tool-error.ts'

/** Where and when a tool threw. */
export interface ExecutionPlace {
  readonly tool: string
  readonly callId: string
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Names in `details` that only Headrace writes: policies decide by them. */
const ours: ReadonlySet<string> = new Set(['audit', 'child', 'notSent', 'retryBudget', 'sideEffects'])

/**
 * Turns what a tool threw into an EXECUTION_FAILED whose cause it is. `details` are those of a toolFailure and, where
 * known, `status`, `code`, `blame`, `hint` and `notSent: true`. An error of a child call gives `details.child`, its
 * code: the parent neither retries it nor counts it against its own breaker. Never throws.
 */
export function executionError(thrown: unknown, at: ExecutionPlace): ToolError {
  const facts = readErrorFacts(thrown, at.now)
  const child = findChildError(thrown)
  const details = detailsOf(facts)
  if (child !== undefined) details.child = readText(child, 'code') ?? 'EXECUTION_FAILED'
  return new ToolError({
    code: 'EXECUTION_FAILED',
    message: facts.message,
    tool: at.tool,
    callId: at.callId,
    attempts: at.attempts,
    retryable: facts.retryable,
    retryAfterMs: facts.retryAfterMs,
    details,
    cause: thrown,
  })
}

/** Tells whether an error only passes on the failure of a child call. */
export function isChildFailure(error: ToolError): boolean {
  return error.code === 'EXECUTION_FAILED' && error.details.child !== undefined
}

function detailsOf({ details, status, code, blame, hint, notSent }: ErrorFacts): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(details ?? {})) if (!ours.has(name)) all[name] = value
  if (status !== undefined) all.status = status
  if (code !== undefined) all.code = code
  if (blame !== undefined) all.blame = blame
  if (hint !== undefined) all.hint = hint
  if (notSent) all.notSent = true
  return all
}
