import { ToolError } from '../../errors/tool-error.ts'
import type { TimeLimit } from './time-limits.ts'
import type { TimeoutRules } from './timeout-policy.ts'

/** Whose limit was reached. */
export interface TimeoutPlace {
  readonly tool: string
  readonly callId: string
  readonly attempts: number
  /** The tool may run twice; where it may not, the error says that its side effects are unknown. */
  readonly mayRepeat: boolean
}

/**
 * The error of a limit that was reached: DEADLINE_EXCEEDED for `total`, else TIMEOUT. `details` are
 * `{ limit, limitMs, sideEffects?: 'unknown' }`.
 */
export function timeoutError(limit: TimeLimit, rules: TimeoutRules, at: TimeoutPlace): ToolError {
  const limitMs = limitOf(limit, rules)
  return new ToolError({
    code: limit === 'total' ? 'DEADLINE_EXCEEDED' : 'TIMEOUT',
    message: `${limit === 'idle' ? 'no sign of life' : 'no result'} within ${limitMs} ms`,
    tool: at.tool,
    callId: at.callId,
    attempts: at.attempts,
    retryable: true,
    details: { limit, limitMs, ...(!at.mayRepeat && { sideEffects: 'unknown' }) },
  })
}

function limitOf(limit: TimeLimit, { totalMs, attemptMs, idleMs }: TimeoutRules): number {
  return limit === 'total' ? totalMs : limit === 'attempt' ? attemptMs : idleMs
}
