import type { CallResult } from '../../call/call-result.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { BreakerOutcomeKind } from '../../ports/breaker-store.ts'
import type { BreakerPolicy } from './breaker-policy.ts'

/**
 * What a failed attempt tells about its backend. Failures are network errors, timeouts of the attempt, the statuses 408
 * and 5xx, and what cannot be told; other 4xx, the caller's own mistakes and everything that did not come from the
 * backend are ignored.
 */
export function classifyOutcome(error: ToolError): BreakerOutcomeKind {
  if (isForeign(error)) return 'ignored'
  if (error.code === 'TIMEOUT') return 'failure'
  if (error.code === 'OUTPUT_INVALID' || error.details.blame === 'caller') return 'ignored'
  return classifyStatus(error.details.status)
}

/**
 * Judges an attempt by the policy's own classifier where there is one, else by {@link classifyOutcome}; `error` is
 * undefined for an attempt that gave its output. What did not come from the backend is ignored in any case, and so is
 * an attempt whose classifier throws or answers nonsense.
 */
export function judge(
  classify: BreakerPolicy['classify'],
  result: CallResult | undefined,
  error: ToolError | undefined,
): BreakerOutcomeKind {
  if (result?.status === 'cancelled' || (error !== undefined && isForeign(error))) return 'ignored'
  if (classify === undefined || result === undefined) return error === undefined ? 'success' : classifyOutcome(error)
  try {
    const kind = classify(result)
    return kind === 'success' || kind === 'failure' ? kind : 'ignored'
  } catch {
    // Semantics: a classifier that throws has ignored the attempt. It must neither fail the call nor open the breaker.
    return 'ignored'
  }
}

/** How long the backend asked not to be called: a 503 speaks for the whole backend, other answers for one request. */
export function askedToWait(error: ToolError): number | undefined {
  return error.details.status === 503 ? error.retryAfterMs : undefined
}

// Our own rejections, limits of the caller, and a child call that is judged by its own breaker.
function isForeign({ code, details }: ToolError): boolean {
  if (details.child !== undefined && details.child !== false) return true
  return code !== 'EXECUTION_FAILED' && code !== 'TIMEOUT' && code !== 'OUTPUT_INVALID'
}

function classifyStatus(status: unknown): BreakerOutcomeKind {
  if (typeof status !== 'number') return 'failure'
  if (status >= 100 && status < 400) return 'success'
  return status >= 400 && status < 500 && status !== 408 ? 'ignored' : 'failure'
}
