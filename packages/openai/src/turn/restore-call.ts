import { type IdentifiedCall, toolNames } from '@headrace/bridge'
import type { Registry, Runtime, ToolDescription } from '@headrace/core'
import { withoutNulls } from '../schema/without-nulls.ts'
import { openAiNames } from '../tools/openai-names.ts'

/** A call as the runtime's tools know it: under the tool's own name, and without the nulls of strict mode. */
export function restoreCall({ registry }: Runtime, call: IdentifiedCall): IdentifiedCall {
  const tool = toolNames(registry, openAiNames).fromProvider(call.tool)
  const schema = schemasOf(registry).get(tool)
  const { arguments: given } = call
  return { ...call, tool, arguments: schema && typeof given === 'string' ? withoutNulls(given, schema) : given }
}

type Schemas = ReadonlyMap<string, ToolDescription['inputSchema']>

/** By the list that the registry gives, which is the same until its tools change. */
const known = new WeakMap<readonly ToolDescription[], Schemas>()

function schemasOf(registry: Registry): Schemas {
  const list = listOf(registry)
  const schemas = known.get(list) ?? new Map(list.map(({ name, inputSchema }) => [name, inputSchema]))
  known.set(list, schemas)
  return schemas
}

/** A registry that cannot be listed was never told to a model in strict mode: its calls have no nulls to lose. */
function listOf(registry: Registry): readonly ToolDescription[] {
  try {
    return registry.list()
  } catch {
    return []
  }
}
