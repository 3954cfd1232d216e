import type { ProgressUpdate } from '../call/call-event.ts'
import type { ToolCall } from '../call/tool-call.ts'
import type { CallOptions } from './call-options.ts'
import type { PendingCall } from './pending-call.ts'
import type { ToolReference } from './tool-reference.ts'

/** Starts a child call from code: typed by the tool, or by name with nothing known about it. */
export interface ContextCall {
  <In, Out>(tool: ToolReference<string, In, Out>, args: NoInfer<In>, options?: CallOptions): PendingCall<Out>
  (tool: string, args: unknown, options?: CallOptions): PendingCall<unknown>
}

/** Starts a child call as a model wrote it. */
export type ContextDispatch = (call: ToolCall, options?: CallOptions) => PendingCall<unknown>

/** What a tool knows about the call that it serves. Its functions work when destructured. */
export interface CallContext {
  readonly callId: string
  readonly tool: string
  /** The first attempt is 1. */
  readonly attempt: number
  /** Aborted at a timeout, a deadline or a cancel, with the reason. Made only when read. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch; undefined where nothing bounds the call. */
  readonly deadline?: number | undefined
  /** Milliseconds until the deadline, never negative; Infinity without one. */
  remainingMs(): number
  /** The same through retries, resumes and replays of one call, and unique to it. */
  readonly idempotencyKey: string
  readonly session?: string | undefined
  readonly tenant?: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
  /** Tells the caller how far the work has come; resets the idle limit. */
  progress(update: ProgressUpdate): void
  /**
   * Asks for something that only a person, or whoever looks after the job, can tell: the job is `input_required` until
   * its `provideInput` gives the answer, which is the promise's. Both are plain JSON. Rejects where the call is no part
   * of a job, and when the attempt ends. Meanwhile its clocks stand still, and those of the calls around it: attempt,
   * idle and total; a deadline that a caller gave does not. A job that runs again asks again, unless the answer came in
   * between.
   */
  requestInput(request: unknown): Promise<unknown>
  /** Starts a child call: same scope, same deadline, cancelled with its parent. */
  readonly call: ContextCall
  /** Starts a child call that a model wrote. */
  readonly dispatch: ContextDispatch
}
