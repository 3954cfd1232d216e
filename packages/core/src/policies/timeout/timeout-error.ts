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
  /** What ended with it: the error of a child call. */
  readonly cause?: unknown
}

/**
 * The error of a limit that was reached: DEADLINE_EXCEEDED for `total`, else TIMEOUT. `details` are
 * `{ limit, limitMs, sideEffects?: 'unknown' }`.
 */
export function timeoutError(limit: TimeLimit, rules: TimeoutRules, at: TimeoutPlace): ToolError {
  const limitMs = limitOf(limit, rules)
  const { tool, callId, attempts, mayRepeat, cause } = at
  const what = limit === 'idle' ? 'gave no sign of life' : 'gave no result'
  const doubt = mayRepeat ? '' : ' It may still have had its effects.'
  return new ToolError({
    code: limit === 'total' ? 'DEADLINE_EXCEEDED' : 'TIMEOUT',
    message: `${tool === '' ? 'The source' : `'${tool}'`} ${what} within ${limitMs} ms.${doubt}`,
    tool,
    callId,
    attempts,
    retryable: true,
    details: { limit, limitMs, ...(!mayRepeat && { sideEffects: 'unknown' }) },
    ...(cause !== undefined && { cause }),
  })
}

function limitOf(limit: TimeLimit, { totalMs, attemptMs, idleMs }: TimeoutRules): number {
  return limit === 'total' ? totalMs : limit === 'attempt' ? attemptMs : idleMs
}
