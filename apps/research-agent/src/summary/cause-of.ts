import type { ToolError } from '@headrace/core'

/** Why an attempt failed, in a word or two: the HTTP status, the system's error code, or the error's own code. */
export function causeOf({ code, details, cause }: ToolError): string {
  const { status } = details
  if (typeof status === 'number') return `HTTP ${status}`
  if (code === 'EXECUTION_FAILED') return systemCode(cause) ?? 'failed'
  return code
}

/** fetch wraps what the socket said, once or twice. */
function systemCode(cause: unknown): string | undefined {
  for (let error = cause, depth = 0; depth < 4 && error instanceof Error; error = error.cause, depth += 1) {
    if ('code' in error && typeof error.code === 'string') return error.code
  }
  return undefined
}
