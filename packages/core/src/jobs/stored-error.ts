import { readText } from '../errors/safe-read.ts'
import { isToolError, ToolError } from '../errors/tool-error.ts'
import { frozenCopy, notPlain } from '../json/plain-json.ts'
import type { StoredCause, StoredError } from '../ports/stored-result.ts'

/** How far down a chain of causes is kept. */
const mostCauses = 5

/** A ToolError as plain JSON. Of its details what is plain is kept, of a cause that is no ToolError name and message. */
export function storeError(error: ToolError, depth = 0): StoredError {
  const { code, message, tool, callId, retryable, retryAfterMs, attempts } = error
  const cause = depth < mostCauses ? storeCause(error.cause, depth + 1) : undefined
  return {
    code,
    message,
    tool,
    callId,
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    attempts,
    details: plainMembers(error.details),
    ...(cause !== undefined && { cause }),
  }
}

/** The ToolError that was kept. */
export function restoreError(stored: StoredError): ToolError {
  const { cause, ...init } = stored
  return new ToolError({ ...init, ...(cause !== undefined && { cause: restoreCause(cause) }) })
}

/** An error of any kind, as far as it is kept; undefined for what is no error. */
function storeCause(cause: unknown, depth = 0): StoredError | StoredCause | undefined {
  if (isToolError(cause)) return storeError(cause, depth)
  const message = typeof cause === 'string' ? cause : readText(cause, 'message')
  return message === undefined ? undefined : { name: readText(cause, 'name') ?? 'Error', message }
}

/** The error that was kept. */
function restoreCause(stored: StoredError | StoredCause): Error {
  if ('code' in stored) return restoreError(stored)
  const error = new Error(stored.message)
  error.name = stored.name
  return error
}

function plainMembers(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const members = Object.entries(details).map(([name, value]) => [name, frozenCopy(value)] as const)
  return Object.fromEntries(members.filter(([, value]) => value !== notPlain))
}
