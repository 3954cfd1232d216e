import type { BetaRunnableTool, BetaToolRunContext } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool'
import { ToolError } from '@anthropic-ai/sdk/lib/tools/ToolError'
import { adoptTool, callOptions, checkWrapOptions, replyText, type WrapOptions } from '@headrace/bridge'
import { type ToolError as HeadraceError, isToolError, type Runtime } from '@headrace/core'

/** What the SDK hands to a tool; undefined where a tool is run by hand. */
export type RunContext = BetaToolRunContext | undefined

/**
 * Lets the SDK's runnable tools run through a runtime: `betaTool`, `betaZodTool`, `betaStandardSchemaTool`, `mcpTools`, or
 * any object with `name`, `run` and `parse`. What else a tool has is kept, and what is no such tool (definitions of server
 * tools, the SDK's toolsets) stays as it is. A `ToolError` that a tool throws reaches the model unchanged, and any other
 * failure as Headrace tells a model of it.
 */
export function wrapTools<const T extends readonly object[]>(
  tools: T,
  runtime: Runtime,
  options: WrapOptions<RunContext> = {},
): { -readonly [K in keyof T]: T[K] } {
  const names = tools.filter(isRunnable).map(({ name }) => name)
  checkWrapOptions('wrapTools', options, names)
  return tools.map((tool) => (isRunnable(tool) ? wrapTool(tool, runtime, options) : tool)) as {
    -readonly [K in keyof T]: T[K]
  }
}

/** The SDK's toolsets have no name, and run their members one by one. */
function isRunnable(tool: object): tool is BetaRunnableTool {
  return 'run' in tool && typeof tool.run === 'function' && 'name' in tool && typeof tool.name === 'string'
}

function wrapTool(tool: BetaRunnableTool, runtime: Runtime, options: WrapOptions<RunContext>): BetaRunnableTool {
  const { name } = tool
  const description = 'description' in tool ? tool.description : undefined
  const hints = options.tools && Object.hasOwn(options.tools, name) ? options.tools[name] : undefined
  const adopted = adoptTool(runtime, { name, description, ...hints })
  const { close } = tool
  return {
    ...tool,
    ...('parse' in tool && { parse: (content: unknown) => tool.parse(content) }),
    ...(close && { close: () => close.call(tool) }),
    async run(input: unknown, context?: BetaToolRunContext) {
      const own = { callId: context?.toolUse.id, signal: context?.signal ?? undefined }
      const call = adopted.call(
        input,
        (given, { signal }) => tool.run(given, context && { ...context, signal }),
        callOptions(options, context, own),
      )
      try {
        return (await call) as Awaited<ReturnType<BetaRunnableTool['run']>>
      } catch (error) {
        throw isToolError(error) ? errorForModel(error) : error
      }
    },
  }
}

/** The SDK shows the content of its own ToolError as it is, and of other errors the message after the word Error. */
function errorForModel(error: HeadraceError): unknown {
  if (error.code === 'EXECUTION_FAILED' && isSdkError(error.cause)) return error.cause
  const { callId, tool, attempts } = error
  const meta = { queuedMs: 0, durationMs: 0, attempts }
  return new ToolError(replyText({ status: 'error', callId, tool, error, meta }).text)
}

/** Also one of another copy of the SDK, such as its CommonJS form. */
function isSdkError(error: unknown): boolean {
  return error instanceof ToolError || (error instanceof Error && error.name === 'ToolError' && 'content' in error)
}
