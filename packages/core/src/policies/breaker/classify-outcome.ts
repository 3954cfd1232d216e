import type { CallResult } from '../../call/call-result.ts'
import { isChildFailure } from '../../errors/execution-error.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { BreakerOutcomeKind } from '../../ports/breaker-store.ts'
import type { BreakerPolicy } from './breaker-policy.ts'

/**
 * What a failed attempt tells about its backend. Failures are network errors, timeouts of the attempt, the statuses 408
 * and 5xx, and what cannot be told; other 4xx, the caller's own mistakes, outputs of the wrong shape and everything
 * that did not come from the backend are ignored.
 */
export function classifyOutcome(error: ToolError): BreakerOutcomeKind {
  if (error.code === 'TIMEOUT') return 'failure'
  if (isForeign(error) || error.code === 'OUTPUT_INVALID' || error.details.blame === 'caller') return 'ignored'
  return classifyAnswer(error.details)
}

/**
 * Judges an attempt by the policy's own classifier where there is one, else by {@link classifyOutcome}; `error` is
 * undefined for an attempt that gave its output. Ignoring wins over the classifier where nothing came from the backend:
 * cancellations, our own rejections, failures of a child call. One that throws, or answers nonsense, has ignored the
 * attempt.
 */
export function judge(
  classify: BreakerPolicy['classify'],
  result: CallResult | undefined,
  error: ToolError | undefined,
): BreakerOutcomeKind {
  if (result?.status === 'cancelled' || (error !== undefined && isForeign(error))) return 'ignored'
  if (classify !== undefined && result !== undefined) return askClassifier(classify, result)
  return error === undefined ? 'success' : classifyOutcome(error)
}

/** How long the backend asked not to be called: a 503 speaks for the whole backend, other answers for one request. */
export function askedToWait(error: ToolError): number | undefined {
  return error.details.status === 503 ? error.retryAfterMs : undefined
}

function isForeign(error: ToolError): boolean {
  const { code } = error
  return (code !== 'EXECUTION_FAILED' && code !== 'TIMEOUT' && code !== 'OUTPUT_INVALID') || isChildFailure(error)
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
