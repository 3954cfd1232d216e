import { type ToolNames, toolNames } from '@headrace/bridge'
import type { Registry, ToolDescription } from '@headrace/core'
import type { Tool } from '@modelcontextprotocol/server'

/** What MCP allows as a tool's name: SEP-986. */
const nameRule = { allowed: /[A-Za-z0-9_.-]/, maxLength: 128 }
const dialect = 'https://json-schema.org/draft/2020-12/schema'

const lists = new WeakMap<readonly ToolDescription[], Tool[]>()

/** The names of a registry's tools as MCP takes them, and back. */
export function mcpNames(registry: Registry): ToolNames {
  return toolNames(registry, nameRule)
}

/**
 * The tools of a registry as `tools/list` gives them; the same list until the tools change. Throws a TypeError where a
 * tool's input schema has no JSON Schema form, or takes something other than an object.
 */
export function toMcpTools(registry: Registry): Tool[] {
  const descriptions = registry.list()
  const known = lists.get(descriptions)
  if (known) return known
  const names = mcpNames(registry)
  const tools = descriptions.map((description) => toMcpTool(description, names.toProvider(description.name)))
  lists.set(descriptions, tools)
  return tools
}

/** The output schema that clients are told of a tool. */
export function outputSchemaOf(registry: Registry, tool: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return registry.list().find(({ name }) => name === tool)?.outputSchema
  } catch {
    return undefined // no client has been told of any
  }
}

/**
 * `execution` is left out: revision 2026-07-28 has no such field, and clients of earlier ones, for whom there are no tasks
 * here, would refuse to call a tool that requires one.
 */
function toMcpTool(description: ToolDescription, name: string): Tool {
  const { title, annotations, outputSchema } = description
  return {
    name,
    ...(title !== undefined && { title }),
    description: description.description,
    inputSchema: toInputSchema(description),
    ...(outputSchema && { outputSchema: { ...outputSchema } }),
    ...(annotations && { annotations: definedOnly(annotations) }),
  } as Tool
}

/** MCP wants the root to say that it is an object; arguments always are one. */
function toInputSchema({ name, inputSchema }: ToolDescription): Readonly<Record<string, unknown>> {
  const { type } = inputSchema
  const isObject = type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'))
  if (isObject) return { $schema: dialect, ...inputSchema, type: 'object' }
  throw new TypeError(
    `tool '${name}': at its root inputSchema has the type ${JSON.stringify(type)}, but the arguments of an MCP tool are an ` +
      'object; take an object with a member for it',
  )
}

function definedOnly(annotations: object): object {
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== undefined))
}
