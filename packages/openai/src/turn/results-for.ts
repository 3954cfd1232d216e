import { type IdentifiedCall, isMadeCallId } from '@headrace/bridge'
import { type CallResult, CancelReason } from '@headrace/core'

/**
 * The results of exactly these calls, in their order; one that was never run, or has no result, is cancelled. Some
 * providers give several calls one id, or none: theirs are taken in order.
 */
export function resultsFor(
  calls: readonly Pick<IdentifiedCall, 'callId' | 'tool'>[],
  results: readonly CallResult[],
): readonly CallResult[] {
  const left = new Map<string, CallResult[]>()
  for (const result of results) {
    const id = isMadeCallId(result.callId) ? '' : result.callId
    const same = left.get(id)
    if (same) same.push(result)
    else left.set(id, [result])
  }
  return calls.map((call) => left.get(call.callId)?.shift() ?? neverRun(call))
}

function neverRun({ callId, tool }: Pick<IdentifiedCall, 'callId' | 'tool'>): CallResult {
  const reason = new CancelReason('cancelled', 'It was never started.')
  return { status: 'cancelled', callId, tool, reason, meta: { queuedMs: 0, durationMs: 0, attempts: 0 } }
}
