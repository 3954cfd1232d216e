import type { CallEvent, CallPending, PendingCall } from '@headrace/core'
import type { ToolExecutionOptions } from 'ai'
import type { Observable } from 'rxjs'

/** What the SDK hands to a tool beside its input. */
export type SdkContext = ToolExecutionOptions<unknown>

/** A call that has started. */
export interface StartedCall {
  readonly pending: PendingCall<unknown>
  /** Whether the SDK's own function was called on the spot, and gave an async iterable. */
  readonly streams: boolean
}

/** Runs the calls of one tool through a runtime. */
export interface ToolRunner {
  /** The function is an async generator: every call of it streams. */
  readonly isGenerator: boolean
  start(input: unknown, context: SdkContext): StartedCall
  /** The same, cold. */
  start$(input: unknown, context: SdkContext): Observable<CallEvent>
  /** Is told of a call that goes on as a job. */
  readonly onPending?: ((result: CallPending) => void) | undefined
}

/** Tells an async generator function from one that has to be called to see what it gives. */
export function isGeneratorFunction(execute: unknown): boolean {
  return Object.prototype.toString.call(execute) === '[object AsyncGeneratorFunction]'
}
