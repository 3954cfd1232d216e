import type { IdentifiedCall } from '@headrace/bridge'
import { type CallResult, CancelReason } from '@headrace/core'

/** The results of exactly these calls, in their order; one that was never run, or has no result, is cancelled. */
export function resultsFor(
  calls: readonly Pick<IdentifiedCall, 'callId' | 'tool'>[],
  results: readonly CallResult[],
): readonly CallResult[] {
  const known = new Map(results.map((result) => [result.callId, result]))
  return calls.map((call) => known.get(call.callId) ?? neverRun(call))
}

function neverRun({ callId, tool }: Pick<IdentifiedCall, 'callId' | 'tool'>): CallResult {
  const reason = new CancelReason('cancelled', 'It was never started.')
  return { status: 'cancelled', callId, tool, reason, meta: { queuedMs: 0, durationMs: 0, attempts: 0 } }
}
