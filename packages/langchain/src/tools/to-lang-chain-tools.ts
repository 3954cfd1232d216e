import type { ReplyOptions } from '@headrace/bridge'
import type { CallOptions, CallResult, Runtime } from '@headrace/core'
import { DynamicStructuredTool, type ToolInputSchemaBase, type ToolRunnableConfig } from '@langchain/core/tools'
import { checkOptions } from '../options/check-options.ts'
import { replaceMember } from '../run/replace-member.ts'
import { dispatchFor } from './dispatch-for.ts'
import { langChainNames } from './lang-chain-names.ts'

/** Options of {@link toLangChainTools}. */
export interface LangChainToolsOptions extends ReplyOptions {
  /** The session, deadline and the like of a call, from what LangChain hands to a tool. */
  readonly options?: ((config: ToolRunnableConfig) => CallOptions) | undefined
  /** What the message of a result carries for programs, and no model sees; nothing by default. */
  readonly artifact?: ((result: CallResult) => unknown) | undefined
}

/**
 * The tools of a runtime as LangChain's, in the order of their registration: for `createAgent`, for a ToolNode, and for
 * `bindTools` of a model. Their arguments are validated by the runtime, so that the model reads what was wrong with which
 * of them. A call of a model gets a ToolMessage, with `status: 'error'` where it gave no output; a call from code gets the
 * output, or an error whose message is what a model would read. Throws a TypeError where a tool's schema has no JSON form.
 */
export function toLangChainTools(runtime: Runtime, options: LangChainToolsOptions = {}): DynamicStructuredTool[] {
  const known = { options: 'function', maxCharacters: 'number', artifact: 'function' } as const
  checkOptions('toLangChainTools', options, known)
  const names = langChainNames(runtime.registry)
  return runtime.registry.list().map(({ name, description, inputSchema }) => {
    const tool = new DynamicStructuredTool<ToolInputSchemaBase, unknown>({
      name: names.toProvider(name),
      description,
      schema: inputSchema as ToolInputSchemaBase,
      func: dispatchFor(name, runtime, options),
    })
    const lenient = replaceMember(tool, 'schema', {})
    return replaceMember(tool, 'invoke', lenient.invoke.bind(lenient))
  })
}
