import { isRecord, type JsonRecord } from '../turn/json-record.ts'

/** The types that a schema names, or that its other keywords show; none where any value may be. */
export function typesOf(schema: JsonRecord): readonly string[] {
  const { type, enum: values, properties, items } = schema
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type.filter((each) => typeof each === 'string')
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))]
  if ('const' in schema) return [typeOf(schema.const)]
  if (isRecord(properties)) return ['object']
  return items === undefined ? [] : ['array']
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
