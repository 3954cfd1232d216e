import { adoptTool, checkWrapOptions, type EarlyStart, type ToolHints, type WrapOptions } from '@headrace/bridge'
import type { CallOptions, Runtime } from '@headrace/core'
import type { ToolExecutionOptions, ToolSet } from 'ai'
import { checkEarly } from './early/early-start.ts'
import { adoptedRunner, type SdkExecute } from './run/adopted-runner.ts'
import { isGeneratorFunction, type SdkContext } from './run/tool-runner.ts'
import { createTool } from './tool/create-tool.ts'
import { type SdkTool, withMembers } from './tool/sdk-tool.ts'

/** Options of {@link wrapTools}. */
export interface WrapToolsOptions<Tools extends ToolSet = ToolSet> {
  /** What is known of each tool. Without hints a tool is neither repeated nor cached, and none of its calls starts early. */
  readonly tools?: { readonly [Name in keyof Tools]?: ToolHints } | undefined
  /** The session, deadline and the like of a call, from what the SDK hands to the tool. */
  readonly options?: ((context: ToolExecutionOptions<unknown>) => CallOptions) | undefined
  /**
   * Which calls of a streamed message start as soon as their input is complete; the others wait for its end, as all do
   * without it. 'read-only' by default: tools with `readOnlyHint`. Never a call that may need an approval of the SDK.
   */
  readonly early?: EarlyStart | undefined
}

/**
 * Runs an AI SDK agent's tools through a runtime, and gives them back with their exact types, to use in their place. Every
 * other member of a tool stays: schemas, approvals, callbacks, what the provider reads. A tool without `execute` is given
 * back as it is, and one that streams goes on streaming. A call that fails throws a {@link ToolReplyError}, of which the
 * SDK shows the model the text; one that the SDK aborts throws the SDK's reason.
 *
 * Throws a TypeError for options that make no sense, and for a tool whose name Headrace does not take.
 */
export function wrapTools<Tools extends ToolSet>(
  tools: Tools,
  runtime: Runtime,
  options: WrapToolsOptions<NoInfer<Tools>> = {},
): Tools {
  const { early = 'read-only', tools: given, ...rest } = options
  const hints = givenHints(given)
  const wrap = { ...rest, tools: hints }
  checkWrapOptions('wrapTools', wrap, Object.keys(tools))
  checkEarly('wrapTools', early)
  const wrapped = Object.entries(tools).map(([name, tool]) => {
    const own = Object.hasOwn(hints, name) ? hints[name] : undefined
    return [name, wrapTool(tool, { name, hints: own, runtime, wrap, early })] as const
  })
  return withMembers(tools, Object.fromEntries(wrapped))
}

interface Wrapping {
  readonly name: string
  readonly hints: ToolHints | undefined
  readonly runtime: Runtime
  readonly wrap: WrapOptions<SdkContext>
  readonly early: EarlyStart
}

function wrapTool(tool: SdkTool, { name, hints, runtime, wrap, early }: Wrapping): SdkTool {
  const { execute, description } = tool
  if (typeof execute !== 'function') return tool
  const foreign = { name, ...(typeof description === 'string' && { description }), ...hints }
  const adopted = adoptTool(runtime, foreign)
  const bound: SdkExecute = (input, context) => Reflect.apply(execute, tool, [input, context])
  const runner = adoptedRunner(bound, { adopted, wrap, isGenerator: isGeneratorFunction(execute) })
  return createTool(tool, { tool: adopted.tool, runner, early })
}

function givenHints(hints: Readonly<Record<string, ToolHints | undefined>> = {}): Record<string, ToolHints> {
  const given = Object.entries(hints).flatMap(([name, own]) => (own ? [[name, own] as const] : []))
  return Object.fromEntries(given)
}
