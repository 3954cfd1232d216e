import type { Tool } from '@anthropic-ai/sdk/resources/messages'
import { checkOptions } from '@headrace/bridge'
import type { Runtime, ToolDescription } from '@headrace/core'
import { type InputSchema, inputSchema } from '../schema/input-schema.ts'
import { strictSchema } from '../schema/strict-schema.ts'
import { namesOf } from './names-of.ts'

/** Options of {@link toAnthropicTools}. */
export interface AnthropicToolsOptions {
  /**
   * Tools of which the model's arguments are held to their schema: all, or those of the given names. None by default. A
   * schema that has no strict form is refused.
   */
  readonly strict?: boolean | readonly string[] | undefined
  /**
   * Whether arguments are streamed as they are written, unchecked, instead of being held back until they are JSON: for all
   * tools, or those of the given names. Left to Anthropic by default.
   */
  readonly eagerInputStreaming?: boolean | readonly string[] | undefined
}

/**
 * A runtime's tools as the `tools` of a request, in the order of their registration. Names that Anthropic refuses are
 * changed, and changed back wherever a runtime is given. Throws for a schema that Anthropic would refuse, with the tool,
 * the place, and what to do.
 */
export function toAnthropicTools(runtime: Runtime, options: AnthropicToolsOptions = {}): Tool[] {
  checkOptions('toAnthropicTools', options, { strict: 'any', eagerInputStreaming: 'any' })
  const isStrict = choice(runtime, 'strict', options.strict)
  const isEager = choice(runtime, 'eagerInputStreaming', options.eagerInputStreaming)
  const names = namesOf(runtime.registry)
  return runtime.registry.list().map((tool) => {
    const eager = isEager(tool)
    return {
      name: names.toProvider(tool.name),
      description: tool.description,
      input_schema: schemaOf(tool, isStrict(tool) === true),
      ...(isStrict(tool) && { strict: true }),
      ...(eager !== undefined && { eager_input_streaming: eager }),
    }
  })
}

function schemaOf({ name, inputSchema: schema }: ToolDescription, isStrict: boolean): InputSchema {
  const input = inputSchema(schema, name)
  return isStrict ? strictSchema(input, name) : input
}

/** Whether an option is on for a tool; undefined where it is not given. A list switches it on for what it names. */
function choice(
  { registry }: Runtime,
  option: string,
  given: boolean | readonly string[] | undefined,
): (tool: ToolDescription) => boolean | undefined {
  if (given === undefined || typeof given === 'boolean') return () => given
  if (!Array.isArray(given)) throw new TypeError(`toAnthropicTools: ${option} must be a boolean or names of tools`)
  for (const name of given as readonly string[]) {
    if (!registry.has(name)) throw new TypeError(`toAnthropicTools: ${option} names '${name}', which is no tool`)
  }
  return ({ name }) => (given.includes(name) ? true : undefined)
}
