import { CancelReason } from '../../errors/cancel-reason.ts'
import { executionError } from '../../errors/execution-error.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Turn } from '../../policies/concurrency/turn.ts'
import type { FallbackPolicy } from '../../policies/fallback/fallback-policy.ts'
import { ScopeNode } from '../../scope/scope-node.ts'
import type { Tool } from '../../tool/tool.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { ExecutionView } from '../engine/execution-view.ts'
import { isThenable } from '../engine/is-thenable.ts'
import type { ErrorPlace } from '../engine/refusal.ts'
import { withCause } from '../engine/refusal.ts'
import type { RunningCall } from '../engine/running-call.ts'

type FallbackFunction = Extract<FallbackPolicy, (...of: never) => unknown>

/** A call whose execution has failed. */
interface FailedCall extends ExecutionView, Pick<RunningCall, 'status' | 'settled' | 'cancel' | 'whenSettled'> {
  readonly place: ErrorPlace
  readonly turn: Turn | undefined
  readonly tenant: string | undefined
  /** Counts work beside the execution; gives the function that ends it. */
  beginBeside(): () => void
  onFallback(outcome: { readonly output: unknown } | { readonly error: ToolError }): void
}

/** Answers a failed call by its fallback: a function, or another tool with the same arguments. */
export function fallBack(call: FailedCall, fallback: FallbackPolicy, error: ToolError): void {
  if (call.isListening) call.emit({ type: 'fallback-use', error })
  if (call.status === 'settled') return
  if (typeof fallback === 'function') callFunction(call, fallback, error)
  else callTool(call, fallback as Tool, error)
}

function callFunction(call: FailedCall, fallback: FallbackFunction, error: ToolError): void {
  const end = call.beginBeside()
  const succeed = (output: unknown): void => {
    call.onFallback({ output })
    end()
  }
  const fail = (thrown: unknown): void => {
    call.onFallback({
      error: withCause(executionError(thrown, { ...call.place, now: call.engine.clock.now() }), error),
    })
    end()
  }
  try {
    const answer = fallback(error, call.bound())
    if (isThenable(answer)) Promise.resolve(answer).then(succeed, fail)
    else succeed(answer)
  } catch (thrown) {
    fail(thrown)
  }
}

function callTool(call: FailedCall, tool: Tool, error: ToolError): void {
  const { engine, scope, parent, turn, session, tenant } = call
  const { metadata } = call.bound()
  const deadline = engine.clock.now() + call.remainingMs(engine.clock.monotonic())
  const options = { session, tenant, metadata, deadline, priority: call.priority }
  const request: CallRequest = {
    tool,
    arguments: call.input,
    isDispatch: false,
    options,
    // it is no call of the scope's own, which would judge the two as one each
    place: { scope: new ScopeNode({ parent: scope, isPart: true }), parent, turn },
  }
  const spare = engine.launcher.prepare(request)
  const end = call.beginBeside()
  spare.whenFinished(end)
  spare.whenSettled(() => {
    const result = spare.settled
    if (result?.status === 'ok') call.onFallback({ output: result.output })
    else if (result?.status === 'error') call.onFallback({ error: withCause(result.error, error) })
    else if (result?.status === 'cancelled') call.cancel(result.reason)
    else call.onFallback({ error }) // middleware has answered that it is pending: there is no output
  })
  call.whenSettled(() => {
    if (call.settled?.status === 'cancelled') spare.cancel(call.settled.reason)
    else spare.cancel(new CancelReason('superseded'))
  })
  spare.start()
}
