import type { CallResult } from '../../call/call-result.ts'
import { isChildFailure } from '../../errors/execution-error.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { BreakerOutcomeKind } from '../../ports/breaker-store.ts'
import type { BreakerPolicy } from './breaker-policy.ts'

/**
 * What a failed attempt tells about its backend. Failures are network errors, timeouts of the attempt, the statuses 408
 * and 5xx, and what cannot be told; other 4xx, the caller's own mistakes and everything that did not come from the
 * backend are ignored.
 */
export function classifyOutcome(error: ToolError): BreakerOutcomeKind {
  const { code, details } = error
  if (code === 'TIMEOUT') return 'failure'
  // All other codes are our own rejections, limits of the caller, or outputs that the backend meant well.
  if (code !== 'EXECUTION_FAILED' || details.blame === 'caller' || isChildFailure(error)) return 'ignored'
  return classifyAnswer(details)
}

/**
 * Judges an attempt; `error` is undefined for one that gave its output. The policy's own classifier decides between
 * success and failure where there is one, but ignoring wins: what {@link classifyOutcome} ignores, and a cancelled
 * result, stays ignored whatever the classifier says. One that throws, or answers nonsense, has ignored the attempt.
 */
export function judge(
  classify: BreakerPolicy['classify'],
  result: CallResult | undefined,
  error: ToolError | undefined,
): BreakerOutcomeKind {
  const kind = error === undefined ? 'success' : classifyOutcome(error)
  if (kind === 'ignored' || result?.status === 'cancelled') return 'ignored'
  return classify === undefined || result === undefined ? kind : askClassifier(classify, result)
}

/** How long the backend asked not to be called: a 503 speaks for the whole backend, other answers for one request. */
export function askedToWait(error: ToolError): number | undefined {
  return error.details.status === 503 ? error.retryAfterMs : undefined
}

function askClassifier(classify: NonNullable<BreakerPolicy['classify']>, result: CallResult): BreakerOutcomeKind {
  try {
    const kind = classify(result)
    return kind === 'success' || kind === 'failure' ? kind : 'ignored'
  } catch {
    // The user's mistake must neither fail the call nor open the breaker.
    return 'ignored'
  }
}

function classifyAnswer({ status, code }: Readonly<Record<string, unknown>>): BreakerOutcomeKind {
  if (typeof status !== 'number' || status === 408) return 'failure'
  if (status >= 400 && status < 500) return 'ignored'
  // A redirect or a 304 comes from a backend that is well. After a 2xx it was the body that failed.
  return status >= 300 && status < 400 && code === undefined ? 'success' : 'failure'
}
