import { CancelReason } from '../errors/cancel-reason.ts'
import { readText } from '../errors/safe-read.ts'
import { frozenCopy, notPlain } from '../json/plain-json.ts'
import type { StoredReason } from '../ports/stored-result.ts'

/** A cancel reason as plain JSON; of one that is neither an error nor plain nothing is kept. */
export function storeReason(reason: unknown): StoredReason {
  if (reason instanceof CancelReason) return { kind: reason.kind, message: reason.message }
  const copy = frozenCopy(reason)
  if (copy !== notPlain) return { value: copy }
  const message = readText(reason, 'message')
  return message === undefined ? { value: null } : { name: readText(reason, 'name') ?? 'Error', message }
}

/** The reason that was kept. */
export function restoreReason(stored: StoredReason): unknown {
  if ('kind' in stored) return new CancelReason(stored.kind, stored.message)
  if ('value' in stored) return stored.value
  const error = new Error(stored.message)
  error.name = stored.name
  return error
}
