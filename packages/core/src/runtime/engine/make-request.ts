import type { ToolCall } from '../../call/tool-call.ts'
import type { CallOptions } from '../../tool/call-options.ts'
import type { Tool } from '../../tool/tool.ts'
import type { CallPlace, CallRequest } from './call-request.ts'
import { checkCallOptions } from './check-call-options.ts'

/** A call from code: its arguments are what the tool's schema takes. */
export function requestFromCode(
  tool: unknown,
  args: unknown,
  options: CallOptions | undefined,
  place: CallPlace,
): CallRequest {
  if (options !== undefined) checkCallOptions(options)
  const callId = options?.callId
  return { tool: toReference(tool), arguments: args, isDispatch: false, options, place, callId }
}

/** A call that a model wrote. What is no call at all names no tool, and fails as such. */
export function requestFromModel(call: ToolCall, options: CallOptions | undefined, place: CallPlace): CallRequest {
  if (options !== undefined) checkCallOptions(options)
  const { tool, callId, arguments: given, metadata } = toToolCall(call)
  return {
    tool: typeof tool === 'string' ? tool : '',
    arguments: given,
    isDispatch: true,
    options,
    place,
    callId: typeof callId === 'string' ? callId : undefined,
    metadata,
  }
}

function toToolCall(call: ToolCall): Partial<ToolCall> {
  return typeof call === 'object' && call !== null ? call : {}
}

function toReference(tool: unknown): string | Tool {
  if (typeof tool === 'string') return tool
  if (typeof tool === 'object' && tool !== null && 'execute' in tool && 'name' in tool) return tool as Tool
  throw new TypeError(`call: the tool must be a name or made by defineTool, got ${String(tool)}`)
}
