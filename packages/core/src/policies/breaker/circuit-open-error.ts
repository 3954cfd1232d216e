import { ToolError } from '../../errors/tool-error.ts'
import type { BreakerState } from '../../ports/breaker-store.ts'

/** Which call was rejected, and why. */
export interface CircuitOpening {
  readonly tool: string
  readonly callId: string
  readonly key: string
  readonly state: BreakerState
  /** Undefined where no time can be told: the breaker was isolated by hand. */
  readonly retryAfterMs: number | undefined
  /** The failure that opened the breaker, or its message; the same for every rejection, so that no chain grows. */
  readonly cause: unknown
  readonly attempts: number
}

/** The error of a call that a breaker rejected: CIRCUIT_OPEN, with the breaker's `key` and `state` as details. */
export function circuitOpenError({ key, state, cause, ...call }: CircuitOpening): ToolError {
  const why = state === 'isolated' ? 'was isolated by hand' : `is ${state}`
  return new ToolError({
    ...call,
    code: 'CIRCUIT_OPEN',
    message: `Not called: the circuit breaker '${key}' ${why}.`,
    retryable: true,
    details: { key, state },
    ...(cause !== undefined && { cause: typeof cause === 'string' ? failureOf(cause) : cause }),
  })
}

// Another call failed, perhaps in another process: a stack of here and now would mislead.
function failureOf(message: string): Error {
  const failure = new Error(message)
  failure.stack = `Error: ${message}`
  return failure
}
