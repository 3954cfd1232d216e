import { checkWrapOptions, type WrapOptions } from '@headrace/bridge'
import type { CallContext, Runtime } from '@headrace/core'
import { isRecord } from '../turn/json-record.ts'
import {
  type AgentTool,
  isAgentTool,
  isParseableTool,
  isRunnableTool,
  isRunnerTool,
  type ParseableTool,
  type RunnableTool,
  type RunnerTool,
} from './foreign-tools.ts'
import { createToolRunner, type OpenAiRunContext, type ToolRunner } from './tool-runner.ts'
import { withProperty } from './with-property.ts'

/**
 * Lets the tools of OpenAI's SDKs run through a runtime: those of `client.chat.completions.runTools` (plain ones,
 * `zodFunction`, `standardFunction`), function tools of `@openai/agents`, and functions of the SDK's runner of responses.
 * What else a tool has is kept, and what is no such tool stays as it is. A call that fails gives what a model should read
 * of it, instead of an exception that ends the run; one that is cancelled throws its reason.
 */
export function wrapTools<const T extends readonly object[]>(
  tools: T,
  runtime: Runtime,
  options: WrapOptions<OpenAiRunContext> = {},
): { -readonly [K in keyof T]: T[K] } {
  const names = tools.map(nameOf).filter((name) => name !== undefined)
  checkWrapOptions('wrapTools', options, names)
  const runner = createToolRunner(runtime, options)
  return tools.map((tool) => wrapTool(tool, runner)) as { -readonly [K in keyof T]: T[K] }
}

function nameOf(tool: object): string | undefined {
  if (isParseableTool(tool)) return tool.function.name
  if (isRunnableTool(tool)) return tool.function.name || tool.function.function.name
  if (isAgentTool(tool)) return tool.name
  return isRunnerTool(tool) ? tool.tool.name : undefined
}

function wrapTool(tool: object, runner: ToolRunner): object {
  if (isParseableTool(tool)) return wrapParseable(tool, runner)
  if (isRunnableTool(tool)) return wrapRunnable(tool, runner)
  if (isAgentTool(tool)) return wrapAgentTool(tool, runner)
  return isRunnerTool(tool) ? wrapRunnerTool(tool, runner) : tool
}

function wrapParseable(tool: ParseableTool, run: ToolRunner): ParseableTool {
  const { $callback: callback } = tool
  return withProperty(tool, '$callback', (input: unknown, runner: unknown, context: unknown) =>
    run(tool.function, input, {
      context: { context, runner },
      signal: signalOf(runner),
      execute: (given) => Reflect.apply(callback, undefined, [given, runner, context]),
    }),
  )
}

function wrapRunnable(tool: RunnableTool, run: ToolRunner): RunnableTool {
  const { function: inner } = tool
  const name = inner.name || inner.function.name
  const wrapped = (input: unknown, runner: unknown, context: unknown): Promise<unknown> =>
    run({ ...inner, name }, input, {
      context: { context, runner },
      signal: signalOf(runner),
      execute: (given) => Reflect.apply(inner.function, inner, [given, runner, context]),
    })
  return withProperty(tool, 'function', withProperty({ ...inner, name }, 'function', wrapped))
}

function wrapAgentTool(tool: AgentTool, run: ToolRunner): AgentTool {
  return withProperty(tool, 'invoke', (context: unknown, input: unknown, details: unknown) =>
    run(tool, input, {
      context: { context, details },
      callId: callIdOf(details),
      signal: signalIn(details),
      execute: (given, call) => Reflect.apply(tool.invoke, tool, [context, given, withSignal(details, call)]),
    }),
  )
}

function wrapRunnerTool(tool: RunnerTool, run: ToolRunner): RunnerTool {
  const { name, description } = tool.tool
  return withProperty(tool, 'execute', (input: unknown, details: unknown) =>
    run({ name, description: description ?? undefined }, input, {
      context: { context: undefined, details },
      signal: signalIn(details),
      execute: (given, call) => Reflect.apply(tool.execute, tool, [given, withSignal(details, call)]),
    }),
  )
}

/** The runner of `runTools` is given to its tools; it has the controller of the run. */
function signalOf(runner: unknown): AbortSignal | undefined {
  return isRecord(runner) ? signalIn(runner.controller) : undefined
}

function signalIn(value: unknown): AbortSignal | undefined {
  return isRecord(value) && value.signal instanceof AbortSignal ? value.signal : undefined
}

function callIdOf(details: unknown): string | undefined {
  const call = isRecord(details) ? details.toolCall : undefined
  return isRecord(call) && typeof call.callId === 'string' ? call.callId : undefined
}

function withSignal(details: unknown, { signal }: CallContext): object {
  return { ...(isRecord(details) ? details : {}), signal }
}
