import { ToolError } from '../../errors/tool-error.ts'

/** Which call was refused, and by what. */
export interface RateLimitHit {
  readonly tool: string
  readonly callId: string
  readonly attempts: number
  /** Of the limit that stands in the way longest. */
  readonly key: string
  /** Milliseconds until the call would fit, if nobody else takes what it needs. */
  readonly retryAfterMs: number
}

/** The error of a call that a rate limit refused: RATE_LIMITED, with the limit's `key` as a detail. */
export function rateLimitedError({ key, ...call }: RateLimitHit): ToolError {
  const message = `Not called: the rate limit '${key}' is reached.`
  return new ToolError({ ...call, code: 'RATE_LIMITED', message, retryable: true, details: { key } })
}
