import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { Tool, ToolAnnotations } from '../tool/tool.ts'

/** A tool as a model is told of it; schemas are JSON Schema, draft 2020-12. */
export interface ToolDescription {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  /** Left out where the output schema has no JSON Schema form: the model can do without. */
  readonly outputSchema?: Readonly<Record<string, unknown>>
  readonly annotations?: ToolAnnotations
}

/** Describes a tool to a model. Throws where its input schema has no JSON Schema form. */
export function describeTool(tool: Tool): ToolDescription {
  const { name, title, description, annotations } = tool
  const outputSchema = outputOf(tool)
  return Object.freeze({
    name,
    ...(title === undefined ? undefined : { title }),
    description,
    inputSchema: inputOf(tool),
    ...(outputSchema === undefined ? undefined : { outputSchema }),
    ...(Object.keys(annotations).length === 0 ? undefined : { annotations }),
  })
}

function inputOf(tool: Tool): Readonly<Record<string, unknown>> {
  const converter = converterOf(tool.inputSchema)
  if (!converter) {
    throw new TypeError(
      `tool '${tool.name}': inputSchema has no JSON Schema form, so no model can be told of it; ` +
        'wrap it (for valibot: toStandardJsonSchema of @valibot/to-json-schema) or use jsonSchema()',
    )
  }
  try {
    return withoutDialect(converter.input({ target: 'draft-2020-12' }))
  } catch (cause) {
    throw new TypeError(`tool '${tool.name}': inputSchema cannot be written as JSON Schema`, { cause })
  }
}

function outputOf(tool: Tool): Readonly<Record<string, unknown>> | undefined {
  try {
    const schema = tool.outputSchema && converterOf(tool.outputSchema)?.output({ target: 'draft-2020-12' })
    return schema && withoutDialect(schema)
  } catch {
    return undefined
  }
}

function converterOf(schema: StandardSchemaV1): StandardJSONSchemaV1.Converter | undefined {
  const standard: Partial<StandardJSONSchemaV1.Props> = schema['~standard']
  return standard.jsonSchema
}

/** Some providers refuse `$schema`, and none reads it. */
function withoutDialect(schema: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = schema
  return rest
}
