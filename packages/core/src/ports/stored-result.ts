import type { CallMeta } from '../call/call-result.ts'
import type { CancelKind } from '../errors/cancel-reason.ts'
import type { ToolErrorCode } from '../errors/tool-error-code.ts'

/** An error that is no ToolError, as far as it is written down. */
export interface StoredCause {
  readonly name: string
  readonly message: string
}

/** A ToolError as plain JSON. */
export interface StoredError {
  readonly code: ToolErrorCode
  readonly message: string
  readonly tool: string
  readonly callId: string
  readonly retryable: boolean
  readonly retryAfterMs?: number | undefined
  readonly attempts: number
  readonly details: Readonly<Record<string, unknown>>
  readonly cause?: StoredError | StoredCause | undefined
}

/** Why a job was cancelled: a reason of Headrace's own, another error, or any plain value. */
export type StoredReason =
  | { readonly kind: CancelKind; readonly message: string }
  | StoredCause
  | { readonly value: unknown }

/** How a job ended, as plain JSON. An output that is undefined is left out. */
export type StoredResult =
  | { readonly status: 'ok'; readonly output?: unknown; readonly meta: CallMeta }
  | { readonly status: 'error'; readonly error: StoredError; readonly meta: CallMeta }
  | { readonly status: 'cancelled'; readonly reason: StoredReason; readonly meta: CallMeta }
