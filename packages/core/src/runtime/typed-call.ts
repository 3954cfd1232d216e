import type { Observable } from 'rxjs'
import type { CallEvent } from '../call/call-event.ts'
import type { CallOptions } from '../tool/call-options.ts'
import type { PendingCall } from '../tool/pending-call.ts'
import type { ToolReference } from '../tool/tool-reference.ts'

/** What callers of the tool of that name pass. */
export type InputOf<T, Name> = T extends ToolReference<infer N, infer In> ? (Name extends N ? In : never) : never

/** What a call of the tool of that name gives. */
export type OutputOf<T, Name> =
  T extends ToolReference<infer N, infer _In, infer Out> ? (Name extends N ? Out : never) : never

/** Calls from code, typed by the tool or by a known name: a wrong name or argument does not compile. */
export interface TypedCalls<T extends ToolReference> {
  /** Starts a call of a tool now; of one that is not registered, too. */
  call<In, Out>(tool: ToolReference<string, In, Out>, args: NoInfer<In>, options?: CallOptions): PendingCall<Out>
  /** Starts a call of the tool of that name now. */
  call<Name extends T['name']>(
    tool: Name,
    args: InputOf<T, Name>,
    options?: CallOptions,
  ): PendingCall<OutputOf<T, Name>>
  /**
   * A cold call: subscribing runs it, each subscription by itself; unsubscribing cancels it. It never errors: a
   * failure is in the `call-settle` with which it ends.
   */
  call$<In, Out>(
    tool: ToolReference<string, In, Out>,
    args: NoInfer<In>,
    options?: CallOptions,
  ): Observable<CallEvent<Out>>
  /** The same for the tool of that name. */
  call$<Name extends T['name']>(
    tool: Name,
    args: InputOf<T, Name>,
    options?: CallOptions,
  ): Observable<CallEvent<OutputOf<T, Name>>>
}
