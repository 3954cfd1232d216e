import { type ModelError, renderError } from './render-error.ts'
import { hasBrand } from './safe-read.ts'
import type { ToolErrorCode } from './tool-error-code.ts'

export type { ToolErrorCode }

/** What a {@link ToolError} is made of. */
export interface ToolErrorInit {
  readonly code: ToolErrorCode
  readonly message: string
  readonly tool: string
  readonly callId: string
  readonly retryable?: boolean
  readonly retryAfterMs?: number | undefined
  readonly attempts?: number | undefined
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

const brand: symbol = Symbol.for('headrace.tool-error')

/**
 * The one error type that a call ends with. `retryable` tells whether the same call may succeed later, whether or not
 * it was or will be retried; `retryAfterMs` is the earliest sensible wait in milliseconds, where one is known.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  readonly code: ToolErrorCode
  readonly tool: string
  readonly callId: string
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly attempts: number
  readonly details: Readonly<Record<string, unknown>>

  static {
    Object.defineProperty(ToolError.prototype, brand, { value: true })
  }

  constructor(init: ToolErrorInit) {
    super(init.message, 'cause' in init ? { cause: init.cause } : undefined)
    this.code = init.code
    this.tool = init.tool
    this.callId = init.callId
    this.retryable = init.retryable ?? false
    this.retryAfterMs = init.retryAfterMs
    this.attempts = init.attempts ?? 0
    this.details = init.details ?? {}
  }

  /** What to show the model: the code, one plain sentence, what to do next; never a stack, never a secret. */
  toModel(): ModelError {
    return renderError(this)
  }
}

/** Tells a {@link ToolError} from any other value, also one made by another copy of this package. Never throws. */
export function isToolError(value: unknown): value is ToolError {
  return hasBrand(value, brand)
}
