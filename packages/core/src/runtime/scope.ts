import type { Observable, ObservableInput } from 'rxjs'
import type { CallEvent } from '../call/call-event.ts'
import type { CallResult } from '../call/call-result.ts'
import type { ToolCall } from '../call/tool-call.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import { checkKeys, checkNumber, checkOneOf } from '../options/check-option.ts'
import type { FailureMode } from '../scope/failure-rule.ts'
import type { Finalizer } from '../scope/finalizers.ts'
import type { ScopeTree } from '../scope/scope-child.ts'
import { ScopeNode } from '../scope/scope-node.ts'
import type { CallOptions } from '../tool/call-options.ts'
import type { PendingCall } from '../tool/pending-call.ts'
import type { ToolReference } from '../tool/tool-reference.ts'
import { dispatchAll } from './dispatch-all.ts'
import { type DispatchManyOptions, dispatchMany$ } from './dispatch-many.ts'
import { after } from './engine/after.ts'
import type { Engine } from './engine/engine.ts'
import { requestFromCode, requestFromModel } from './engine/make-request.ts'
import type { TypedCalls } from './typed-call.ts'

/** How a scope is made. */
export interface ScopeOptions {
  /** Milliseconds since the epoch: then everything in the scope ends with DEADLINE_EXCEEDED. */
  readonly deadline?: number | undefined
  /** Cancels everything in the scope, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** What the end of one call means for the others; `collect`, nothing, by default. */
  readonly onFailure?: FailureMode | undefined
  /** For every call of the scope that does not say otherwise. */
  readonly session?: string | undefined
  readonly tenant?: string | undefined
}

/** The ways to start calls, the same in a runtime and in a scope. */
export interface Calls<T extends ToolReference = ToolReference> extends TypedCalls<T> {
  /**
   * Starts a call that a model wrote: nothing about it is known before validation. A tool whose `taskSupport` is
   * `required` runs as a job of the runtime, here and in the other ways to dispatch, but for those of a tool's context.
   */
  dispatch(call: ToolCall, options?: CallOptions): PendingCall<unknown>
  /** The same, cold. */
  dispatch$(call: ToolCall, options?: CallOptions): Observable<CallEvent>
  /** Runs the calls of one model turn; results in the order of the calls, one for each. Never rejects. */
  dispatchAll(calls: readonly ToolCall[], options?: CallOptions): Promise<CallResult[]>
  /**
   * Runs a stream of calls with backpressure: the source is pulled only when a call can start; results in the order
   * of completion. Errors only when the source does, after what runs was cancelled. The first call that is refused
   * because the scope closes, or was cancelled, is the last one.
   */
  dispatchMany$(calls: ObservableInput<ToolCall>, options?: DispatchManyOptions): Observable<CallResult>
  /** Opens a scope inside: its calls end with it, and it ends with this one. */
  scope(options?: ScopeOptions): Scope<T>
}

/** Calls that live and end together. */
export interface Scope<T extends ToolReference = ToolReference> extends Calls<T>, AsyncDisposable {
  /** Aborted when the scope is cancelled or closes. */
  readonly signal: AbortSignal
  /** Adds what runs when the scope closes, after its calls have ended; the last one added runs first. */
  onClose(finalizer: Finalizer): void
  /** What runs in the scope now. */
  tree(): ScopeTree
  /**
   * Cancels what runs, waits until it has ended or was abandoned, runs the finalizers. Rejects with their errors in one
   * AggregateError, and with the failures of calls where `onFailure` says so.
   */
  close(): Promise<void>
}

/** Makes the ways to start calls in one node of the tree. */
export function createCalls(engine: Engine, node: ScopeNode): Calls {
  const { launcher } = engine
  const place = { scope: node }
  return {
    call: (tool: unknown, args: unknown, options?: CallOptions) =>
      launcher.launch<never>(requestFromCode(tool, args, options, place)),
    call$: (tool: unknown, args: unknown, options?: CallOptions) =>
      launcher.launch$<never>(requestFromCode(tool, args, options, place)),
    dispatch: (call, options) => launcher.launch(requestFromModel(call, options, place)),
    dispatch$: (call, options) => launcher.launch$(requestFromModel(call, options, place)),
    dispatchAll: (calls, options) => dispatchAll(launcher, calls, options, place),
    dispatchMany$: (calls, options = {}) => dispatchMany$(launcher, calls, options, place),
    scope: (options = {}) => createScope({ engine, parent: node }, options),
  }
}

/** Opens a scope below a node. */
function createScope(
  { engine, parent }: { readonly engine: Engine; readonly parent: ScopeNode },
  options: ScopeOptions,
): Scope {
  const { deadline, signal, onFailure, session, tenant } = options
  checkKeys('scope options', options, ['deadline', 'signal', 'onFailure', 'session', 'tenant'])
  checkNumber('scope options', 'deadline', deadline, { infinite: true })
  checkOneOf('scope options', 'onFailure', onFailure, ['collect', 'cancel-siblings', 'first-success'])
  const { clock, signals } = engine
  const now = clock.monotonic()
  // nobody ends what is opened in a runtime that has closed, and nothing runs there
  const isOver = parent.isClosing
  const left = deadline === undefined || isOver ? Number.POSITIVE_INFINITY : deadline - clock.now()
  const node = new ScopeNode({ parent, onFailure, deadlineAt: now + left, session, tenant })
  const limit = after(engine, Math.max(0, left), () => node.cancel(new CancelReason('deadline')))
  if (signal?.aborted) node.cancel(signal.reason)
  const link = signal === undefined || signal.aborted || isOver ? undefined : signals.join(signal, node)
  node.onClose(() => {
    limit?.cancel()
    if (link !== undefined) signals.leave(link)
  })
  const close = (): Promise<void> => node.close()
  return {
    ...createCalls(engine, node),
    get signal() {
      return node.signal
    },
    onClose: (finalizer) => node.onClose(finalizer),
    tree: () => node.tree(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
