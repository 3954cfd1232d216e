import type { CallMeta, FinalResult } from '../call/call-result.ts'
import { ToolError, type ToolErrorCode } from '../errors/tool-error.ts'
import { frozenCopy, notPlain } from '../json/plain-json.ts'
import type { StoredResult } from '../ports/stored-result.ts'
import { restoreError, storeError } from './stored-error.ts'
import { restoreReason, storeReason } from './stored-reason.ts'

const unkept = 'The result of a job must be plain JSON.'
const unreadable = 'The result of the job cannot be read.'
/** Of a call that was never made. */
export const noMeta: CallMeta = { queuedMs: 0, durationMs: 0, attempts: 0 }

/** A result as plain JSON. An output that is not plain JSON makes it an OUTPUT_INVALID, whatever the store could keep. */
export function storeResult(result: FinalResult): StoredResult {
  try {
    return toStored(result)
  } catch {
    // A getter or a proxy in an error threw.
    return { status: 'error', error: storeError(errorOf(result, 'EXECUTION_FAILED', unreadable)), meta: noMeta }
  }
}

function toStored(result: FinalResult): StoredResult {
  const plain = frozenCopy(result.meta)
  const meta = plain === notPlain ? noMeta : (plain as CallMeta)
  if (result.status === 'error') return { status: 'error', error: storeError(result.error), meta }
  if (result.status === 'cancelled') return { status: 'cancelled', reason: storeReason(result.reason), meta }
  if (result.output === undefined) return { status: 'ok', meta }
  const output = frozenCopy(result.output)
  if (output !== notPlain) return { status: 'ok', output, meta }
  return { status: 'error', error: storeError(errorOf(result, 'OUTPUT_INVALID', unkept)), meta }
}

/** The result that was kept, of the call of that name. */
export function restoreResult(
  stored: StoredResult,
  call: { readonly callId: string; readonly tool: string },
): FinalResult {
  const { callId, tool } = call
  const { meta } = stored
  if (stored.status === 'ok') return { status: 'ok', callId, tool, output: stored.output, meta }
  if (stored.status === 'error') return { status: 'error', callId, tool, error: restoreError(stored.error), meta }
  return { status: 'cancelled', callId, tool, reason: restoreReason(stored.reason), meta }
}

function errorOf({ tool, callId, meta }: FinalResult, code: ToolErrorCode, message: string): ToolError {
  const details = { issues: [{ path: '', message }] }
  return new ToolError({ code, message, tool, callId, attempts: meta.attempts, details })
}
