import { ToolError } from '../../../errors/tool-error.ts'
import type { ToolErrorCode } from '../../../errors/tool-error-code.ts'
import { frozenCopy, notPlain } from '../../../json/plain-json.ts'

/** The one member of a stored value that is no output as it is. */
const mark = 'headrace:stored'

/** An error as it is stored: what is plain JSON of it. */
export interface StoredError {
  readonly code: ToolErrorCode
  readonly message: string
  readonly attempts: number
  readonly retryable: boolean
  readonly retryAfterMs?: number
  readonly details: Readonly<Record<string, unknown>>
}

/** What a stored value stands for. */
export type StoredAnswer = { readonly output: unknown } | { readonly error: StoredError }

/** An output as it is stored: as it is, unless it looks like something else that is stored. */
export function storedOutput(output: unknown): unknown {
  return isMarked(output) ? Object.freeze({ [mark]: 'output', value: output }) : output
}

/** An error as it is stored, frozen. Details that are no plain JSON are left out, and so is the cause. */
export function storedError({ code, message, attempts, retryable, retryAfterMs, details }: ToolError): unknown {
  const kept: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(details)) {
    if (value !== undefined && frozenCopy(value) !== notPlain) kept[name] = value
  }
  const error = { code, message, attempts, retryable, retryAfterMs, details: kept }
  return frozenCopy({ [mark]: 'error', error })
}

/** What a stored value stands for; undefined for one that nobody here has stored. */
export function readStored(value: unknown): StoredAnswer | undefined {
  if (!isMarked(value)) return { output: value }
  const stored = value as { readonly [mark]: unknown; readonly value?: unknown; readonly error?: unknown }
  if (stored[mark] === 'output' && 'value' in stored) return { output: stored.value }
  return stored[mark] === 'error' && isStoredError(stored.error) ? { error: stored.error } : undefined
}

/** A stored error as the call ends with it that has found it; what was to be waited for has begun to pass. */
export function revivedError(
  { code, message, attempts, retryable, retryAfterMs, details }: StoredError,
  call: { readonly tool: string; readonly callId: string; readonly ageMs: number },
): ToolError {
  const { tool, callId, ageMs } = call
  const waitMs = retryAfterMs === undefined ? undefined : Math.max(0, retryAfterMs - ageMs)
  return new ToolError({ code, message, tool, callId, attempts, retryable, retryAfterMs: waitMs, details })
}

function isMarked(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, mark)
}

function isStoredError(value: unknown): value is StoredError {
  if (typeof value !== 'object' || value === null) return false
  const { code, message, attempts, retryable, retryAfterMs, details } = value as Partial<StoredError>
  const isWhole = typeof code === 'string' && typeof message === 'string' && typeof retryable === 'boolean'
  if (!isWhole || typeof details !== 'object' || details === null) return false
  return typeof attempts === 'number' && (retryAfterMs === undefined || typeof retryAfterMs === 'number')
}
