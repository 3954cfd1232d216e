import { type CallEvent, type CallOptions, type CallResult, type ToolCall, ToolError } from '@headrace/core'
import type { CallToolRequest, CallToolResult, ServerContext } from '@modelcontextprotocol/server'
import { requestOptions } from '../client-request.ts'
import type { Connection, Serving } from '../serving.ts'
import { startTask } from '../tasks/start-task.ts'
import { knowsTasks, tasksRequired } from '../tasks/task-extension.ts'
import { createProgress } from './call-progress.ts'
import { toCallToolResult } from './call-result.ts'
import { mcpNames, outputSchemaOf } from './mcp-tools-list.ts'

/** Notifications that may be on their way at once: a client that reads slower misses progress, which is but advice. */
const maxNotes = 64

/**
 * Answers `tools/call`. What the model can learn from is a result with `isError`; only a tool that does not exist, and a
 * task for a client that does not know tasks, are errors of the protocol.
 */
export async function callTool(
  serving: Serving,
  connection: Connection,
  { request, ctx }: { readonly request: CallToolRequest; readonly ctx: ServerContext },
): Promise<CallToolResult> {
  const { sdk, runtime, settings, calls } = serving
  const { name, arguments: given = {} } = request.params
  const tool = mcpNames(runtime.registry).fromProvider(name)
  const call: ToolCall = { callId: String(ctx.mcpReq.id), tool, arguments: given }
  const toResult = (result: CallResult): CallToolResult =>
    toCallToolResult(result, {
      sdk,
      maxCharacters: settings.maxCharacters,
      hasOutputSchema: outputSchemaOf(runtime.registry, tool) !== undefined,
    })
  if (calls.isClosing) return toResult(closedResult(call))
  return calls.run(async (closing) => {
    const gone = ctx.http?.req && connection.goneOf?.(ctx.http.req)
    const signal = AbortSignal.any([ctx.mcpReq.signal, closing, ...(gone ? [gone] : [])])
    const options = requestOptions(serving.settings, ctx, { tool, session: connection.session, signal })
    const support = runtime.registry.get(tool)?.execution.taskSupport ?? 'forbidden'
    if (support !== 'forbidden' && connection.era === 'modern' && knowsTasks(sdk, ctx)) {
      return startTask(serving, { call, options, waitMs: support === 'optional' ? settings.taskAfterMs : 0, toResult })
    }
    return toResult(known(serving, await waitForCall(serving, ctx, { call, options })))
  })
}

/** Runs the call; progress is told to a client that has asked for it. */
async function waitForCall(
  { runtime, settings, sdk }: Serving,
  ctx: ServerContext,
  { call, options }: { readonly call: ToolCall; readonly options: CallOptions },
): Promise<CallResult> {
  const waitMs = options.job?.waitMs ?? settings.maxWaitMs
  const waiting: CallOptions = { ...options, job: { ...options.job, waitMs } }
  const { _meta: meta } = ctx.mcpReq
  const token = meta?.progressToken
  const result = await (token === undefined
    ? runtime.dispatch(call, waiting).result()
    : new Promise<CallResult>((resolve) => {
        const tell = teller(ctx, token)
        runtime.dispatch$(call, waiting).subscribe((event) => {
          if (event.type === 'call-settle') resolve(event.result)
          else tell(event)
        })
      }))
  if (result.status !== 'pending') return result
  await (await runtime.job(result.job.id))?.cancel()
  throw tasksRequired(
    sdk,
    `'${call.tool}' did not end within ${waitMs} ms and was cancelled: only a client that knows the task extension can ` +
      'ask for its result later',
  )
}

function teller(ctx: ServerContext, progressToken: string | number): (event: CallEvent) => void {
  const noteOf = createProgress()
  let underway = 0
  const arrived = (): void => void underway--
  return (event) => {
    const note = noteOf(event)
    if (note === undefined || underway >= maxNotes) return
    underway++
    ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, ...note } }).then(arrived, arrived)
  }
}

/** Throws the protocol's error for a tool that does not exist. */
function known({ sdk, runtime }: Serving, result: CallResult): CallResult {
  if (result.status !== 'error' || result.error.code !== 'TOOL_NOT_FOUND') return result
  const names = mcpNames(runtime.registry)
  const nearest = runtime.registry.nearest(result.tool).map((name) => names.toProvider(name))
  const hint = nearest.length > 0 ? `. The nearest are ${nearest.join(', ')}` : '; there are none'
  throw new sdk.ProtocolError(sdk.ProtocolErrorCode.InvalidParams, `Unknown tool: ${result.tool}${hint}`, { nearest })
}

function closedResult({ callId = '', tool }: ToolCall): CallResult {
  const error = new ToolError({
    code: 'RUNTIME_CLOSED',
    message: 'The server closes: it begins no calls.',
    tool,
    callId,
  })
  return { status: 'error', callId, tool, error, meta: { queuedMs: 0, durationMs: 0, attempts: 0 } }
}
