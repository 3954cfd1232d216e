import { type JsonStandardSchema, jsonSchema } from '@headrace/core/json-schema'
import { isRecord } from '../../content/mcp-content.ts'

/**
 * A server's schema as Headrace validates by it: patterns are not evaluated, size and depth are limited, what is not
 * understood is ignored. Gives the reason where it cannot be used at all.
 */
export function remoteSchema(source: unknown): JsonStandardSchema<unknown> | { readonly refused: string } {
  if (!isRecord(source)) return { refused: 'it is no object' }
  try {
    const schema = jsonSchema<unknown>(source, { trust: false })
    // written once now, so that one tool's schema cannot fail the list of all
    schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
    return schema
  } catch (error) {
    return { refused: error instanceof Error ? error.message : 'it cannot be read' }
  }
}

/** Takes every object: the server checks itself. */
export const anyArguments: JsonStandardSchema<unknown> = jsonSchema<unknown>({ type: 'object' })
