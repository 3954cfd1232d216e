import { hasBrand } from './safe-read.ts'

/** What a tool tells about a failure of its own. */
export interface ToolFailureInit {
  /** What went wrong; a model reads it, with what looks like a secret taken out. */
  readonly message: string
  /** The same call may succeed later. Left out: judged by `status`, `retryAfterMs` and `cause`. */
  readonly retryable?: boolean | undefined
  /** Milliseconds before which a repetition makes no sense. */
  readonly retryAfterMs?: number | undefined
  /** Whose fault it is: a circuit breaker ignores the caller's. */
  readonly blame?: 'caller' | 'backend' | undefined
  /** Data for programs; a model does not see it. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** Advice that a model reads: what to do instead. */
  readonly hint?: string | undefined
  /** The HTTP status of the backend's answer. */
  readonly status?: number | undefined
  readonly cause?: unknown
}

const brand: symbol = Symbol.for('headrace.tool-failure')

/** A failure that a tool reports on purpose; made by {@link toolFailure}. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  readonly retryable: boolean | undefined
  readonly retryAfterMs: number | undefined
  readonly blame: 'caller' | 'backend' | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined
  readonly hint: string | undefined
  readonly status: number | undefined

  static {
    Object.defineProperty(ToolFailure.prototype, brand, { value: true })
  }

  constructor(init: ToolFailureInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.retryable = init.retryable
    this.retryAfterMs = init.retryAfterMs
    this.blame = init.blame
    this.details = init.details
    this.hint = init.hint
    this.status = init.status
  }
}

/**
 * Makes the error with which a tool says what its failure means: `throw toolFailure({ message, retryable: true })`.
 * The call ends with EXECUTION_FAILED that carries these fields.
 */
export function toolFailure(init: ToolFailureInit): ToolFailure {
  return new ToolFailure(init)
}

/** Tells a {@link ToolFailure} from any other value, also one made by another copy of this package. Never throws. */
export function isToolFailure(value: unknown): value is ToolFailure {
  return hasBrand(value, brand)
}
