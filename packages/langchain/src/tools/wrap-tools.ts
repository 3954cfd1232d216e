import { adoptTool, callOptions, checkWrapOptions, type WrapOptions } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import type { CallbackManagerForToolRun } from '@langchain/core/callbacks/manager'
import type { StructuredToolInterface, ToolRunnableConfig } from '@langchain/core/tools'
import { replaceMember } from '../run/replace-member.ts'
import { runWork } from '../run/run-work.ts'
import { outputOrThrow } from './output-or-throw.ts'
import { toolEvents } from './tool-events.ts'

/** How tools run through a runtime; `options` is given what LangChain hands to a tool, to which a ToolNode adds its state. */
export type WrapToolsOptions = WrapOptions<ToolRunnableConfig>

/** The member of a StructuredTool that does its work, with arguments that its schema has parsed. */
type ToolWork = (input: unknown, runManager?: CallbackManagerForToolRun, config?: ToolRunnableConfig) => unknown

/**
 * Wraps tools so that their calls run through a runtime: for graphs that run them by a ToolNode, and for code that invokes
 * them. All else about a tool is kept: schema, description, response format, metadata, tags, callbacks, events. A call that
 * fails throws an error whose message is what a model should read and whose `cause` is the ToolError; interrupts, Commands
 * and the end of the graph's run pass through untouched. Without hints in `tools` nothing is repeated or cached. Throws a
 * TypeError for what is no StructuredTool, for two tools of one name, and for options that nobody reads.
 */
export function wrapTools<const T extends readonly StructuredToolInterface[]>(
  tools: T,
  runtime: Runtime,
  options: WrapToolsOptions = {},
): { -readonly [Index in keyof T]: T[Index] } {
  const names = tools.map(checkedName)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TypeError(`wrapTools: there are two tools of the name '${twice}'`)
  checkWrapOptions('wrapTools', options, names)
  return tools.map((tool) => wrapTool(tool, runtime, options)) as { -readonly [Index in keyof T]: T[Index] }
}

function wrapTool(tool: StructuredToolInterface, runtime: Runtime, options: WrapToolsOptions): StructuredToolInterface {
  const { name, description } = tool
  const adopted = adoptTool(runtime, { name, description, ...options.tools?.[name] })
  const { _call: work } = tool as unknown as { readonly _call: ToolWork }
  const call: ToolWork = async (input, runManager, config = {}) => {
    const { signal } = config
    const callId = config.toolCall?.id
    const end = await runWork(adopted, input, {
      work: async (context) =>
        toolEvents(await work.call(tool, input, runManager, { ...config, signal: context.signal }), runManager),
      callOptions: callOptions(options, config, { callId, signal }),
      endedBy: () => (signal?.aborted ? signal : undefined),
    })
    return 'direct' in end ? end.direct : outputOrThrow(end.result)
  }
  return replaceMember(tool, '_call', call)
}

function checkedName(tool: unknown): string {
  if (typeof tool !== 'object' || tool === null || !('name' in tool) || typeof tool.name !== 'string') {
    throw new TypeError(
      'wrapTools: tools must be StructuredTools, such as tool() of langchain makes, got something else',
    )
  }
  if (typeof Reflect.get(tool, '_call') === 'function') return tool.name
  throw new TypeError(
    `wrapTools: '${tool.name}' is no StructuredTool; make it with tool(), and leave a provider's own out`,
  )
}
