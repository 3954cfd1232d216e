import { frozenCopy, notPlain } from '../../../json/plain-json.ts'
import { readStored, revivedError, type StoredAnswer } from '../../../policies/cache/entry/stored-value.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Answer } from '../call-outcome.ts'

/** Who is answered. */
interface AskingCall {
  readonly engine: Engine
  readonly toolName: string
  readonly callId: string
}

/**
 * What a stored value answers; undefined for one that nobody here can have stored. What a store outside the process
 * gives back is neither trusted to be plain JSON nor frozen yet.
 */
export function storedAnswer(call: AskingCall, value: unknown, ageMs: number): Answer | undefined {
  const frozen = Object.isFrozen(value) ? value : frozenCopy(value)
  const stored = frozen === notPlain ? undefined : readStored(frozen)
  if (stored === undefined) {
    call.engine.storeFailed('cache', new TypeError('The cache store gave a value that was never stored.'))
    return undefined
  }
  return 'output' in stored ? stored : revived(call, stored, ageMs)
}

function revived(
  { toolName, callId }: AskingCall,
  { error }: Extract<StoredAnswer, { readonly error: unknown }>,
  ageMs: number,
): Answer {
  return { error: revivedError(error, { tool: toolName, callId, ageMs }) }
}
