import type { JsonRecord } from '../turn/json-record.ts'
import { allowsNull } from './allows-null.ts'

const plainTypes = new Set(['string', 'number', 'integer', 'boolean'])

/** The same schema with null as a further value. */
export function nullable(schema: JsonRecord, root: JsonRecord): JsonRecord {
  if (allowsNull(schema, root)) return schema
  const { type, enum: values, anyOf } = schema
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...anyOf, { type: 'null' }] }
  if (Array.isArray(values)) return { ...schema, type: withNull(type), enum: [...values, null] }
  if (isPlain(type) && !('const' in schema)) return { ...schema, type: withNull(type) }
  const { description, ...rest } = schema
  return { ...(description !== undefined && { description }), anyOf: [rest, { type: 'null' }] }
}

function withNull(type: unknown): readonly unknown[] {
  return Array.isArray(type) ? [...type, 'null'] : [type, 'null']
}

function isPlain(type: unknown): boolean {
  return Array.isArray(type) ? type.every(isPlain) : plainTypes.has(String(type))
}
