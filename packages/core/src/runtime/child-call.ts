import type { ToolCall } from '../call/tool-call.ts'
import type { CallOptions } from '../tool/call-options.ts'
import type { PendingCall } from '../tool/pending-call.ts'
import type { Attempt } from './attempt.ts'
import { requestFromCode, requestFromModel } from './make-request.ts'

/** Starts a call that a tool makes while it runs: cancelled with it, bounded by its deadline. */
export function callFromTool(attempt: Attempt, tool: unknown, args: unknown, options: CallOptions | undefined): PendingCall {
  const place = { scope: attempt.children, parent: attempt }
  return attempt.execution.engine.launcher.launch(requestFromCode(tool, args, options, place))
}

/** The same for a call that a model wrote. */
export function dispatchFromTool(attempt: Attempt, call: ToolCall, options: CallOptions | undefined): PendingCall {
  const place = { scope: attempt.children, parent: attempt }
  return attempt.execution.engine.launcher.launch(requestFromModel(call, options, place))
}
