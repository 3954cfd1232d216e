import type { Observable } from 'rxjs'
import type { CallEvent } from './call-event.ts'

/** A call as middleware sees it: before look-up and validation. */
export interface MiddlewareCall {
  readonly callId: string
  readonly tool: string
  readonly arguments: unknown
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Runs the rest of the call, cold; with a changed `arguments` or `metadata` where one is given. */
export type MiddlewareNext = (change?: Partial<Pick<MiddlewareCall, 'arguments' | 'metadata'>>) => Observable<CallEvent>

/**
 * Adds behaviour around every call, outermost. It gives the events of the call, of which the last is its one
 * `call-settle`; it may call `next` at most once, or answer by itself. Errors become results.
 */
export type Middleware = (call: MiddlewareCall, next: MiddlewareNext) => Observable<CallEvent>
