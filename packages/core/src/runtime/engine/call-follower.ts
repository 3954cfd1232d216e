import type { CallEvent } from '../../call/call-event.ts'
import type { MiddlewareCall } from '../../call/middleware.ts'

/** A call at its start, as it was asked for: nothing about it is known before validation. */
export interface StartedCall extends MiddlewareCall {
  /** The description of its tool; undefined where there is no such tool. */
  readonly description: string | undefined
}

/** Follows one call from its start to its end. What it throws would be the call's: it must not throw. */
export interface CallFollower {
  /**
   * Runs the work of the call, or, with `attempt`, that of one run of its tool: once, at once, giving what the work gives
   * and letting its errors pass. The async context in which it does so is that of the work and of all that follows from
   * it. A tool that streams has work twice in one attempt: what makes the stream, and what reads it.
   */
  run<R>(work: () => R, attempt?: number): R
  /** What happens in the call, in order. The last is its `call-settle`. */
  next(event: CallEvent): void
}

/** Who follows the calls of a runtime. */
export interface CallTelemetry {
  /** Whether anybody would see what is told of a call. Asked at the start of each; where not, it costs nothing more. */
  isActive(): boolean
  /** A call starts, in the async context of whoever asked for it. */
  follow(call: StartedCall): CallFollower
}
