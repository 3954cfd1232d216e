import { isSchemaObject, type Schema, type SchemaObject } from '../json-types.ts'
import { toDraft07 } from './to-draft-07.ts'

/** Writes a normalized schema in the draft that a reader asks for. Throws for a draft that we cannot write. */
export function writeFor(target: string, schema: Schema): SchemaObject {
  if (target === 'draft-2020-12') return toObject(schema)
  if (target === 'draft-07') return toObject(toDraft07(schema))
  throw new TypeError(`jsonSchema: cannot be written as '${target}'; known are draft-2020-12 and draft-07`)
}

function toObject(schema: unknown): SchemaObject {
  if (isSchemaObject(schema)) return schema
  return schema === false ? { not: {} } : {}
}
