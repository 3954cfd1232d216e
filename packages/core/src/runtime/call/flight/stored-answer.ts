import { frozenCopy, notPlain } from '../../../json/plain-json.ts'
import { readStored, revivedError } from '../../../policies/cache/entry/stored-value.ts'
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
  const isOurs = value !== undefined && Object.isFrozen(value)
  const frozen = isOurs ? value : frozenCopy(value)
  const stored = frozen === notPlain ? undefined : readStored(frozen)
  if (stored === undefined) {
    call.engine.store('cache').failed(new TypeError('The cache store gave a value that was never stored.'))
    return undefined
  }
  const { toolName: tool, callId } = call
  return 'output' in stored ? stored : { error: revivedError(stored.error, { tool, callId, ageMs }) }
}
