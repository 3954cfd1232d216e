import type { Observable } from 'rxjs'
import type { CallEvent } from '../call/call-event.ts'
import type { CallResult } from '../call/call-result.ts'

/**
 * A call that has started. As a promise it gives the output, or rejects with a ToolError, or, when cancelled, with
 * the canceller's own reason (an AbortError without one), as fetch does. Nobody has to await it: a failure that
 * nobody looks at is no unhandled rejection.
 *
 * A dispatch that goes on as a job is settled as pending, which `result()` tells: from then on the job is its own, and
 * `cancel` does nothing about it. The promise waits for the job's end and gives its output.
 */
export interface PendingCall<O = unknown> extends Promise<O> {
  readonly callId: string
  readonly status: 'queued' | 'running' | 'settled'
  /**
   * Hot: what follows the subscription; after the end, the terminal event alone. Never errors. Made only when read;
   * `call$` is the way to see every event.
   */
  readonly events$: Observable<CallEvent<O>>
  /** How the call ends, as a value; never rejects. */
  result(): Promise<CallResult<O>>
  /** Cancels the call; resolves when its work has ended or was abandoned. */
  cancel(reason?: unknown): Promise<void>
}
