import { checkOptions } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { DynamicStructuredTool, type ToolSchemaBase } from '@langchain/core/tools'
import { replaceMember } from '../run/replace-member.ts'
import { dispatchFor } from './dispatch-for.ts'
import { langChainNames } from './lang-chain-names.ts'
import type { LangChainToolsOptions } from './lang-chain-tools-options.ts'

/**
 * The tools of a runtime as LangChain's, in the order of their registration: for `createAgent`, for a ToolNode, and for
 * `bindTools` of a model. Their arguments are validated by the runtime, so that the model reads what was wrong with which
 * of them. A call of a model gets a ToolMessage, with `status: 'error'` where it gave no output; a call from code gets the
 * output, or an error whose message is what a model would read. Throws a TypeError where a tool's schema has no JSON form.
 */
export function toLangChainTools(runtime: Runtime, options: LangChainToolsOptions = {}): DynamicStructuredTool[] {
  const known = { options: 'function', maxCharacters: 'count', artifact: 'function' } as const
  checkOptions('toLangChainTools', options, known)
  const names = langChainNames(runtime.registry)
  return runtime.registry.list().map(({ name, description, inputSchema }) => {
    const tool = new DynamicStructuredTool<ToolSchemaBase, unknown>({
      name: names.toProvider(name),
      description,
      schema: inputSchema,
      func: dispatchFor(name, runtime, options),
    })
    const lenient = replaceMember(tool, 'schema', {})
    return replaceMember(tool, 'invoke', lenient.invoke.bind(lenient))
  })
}
