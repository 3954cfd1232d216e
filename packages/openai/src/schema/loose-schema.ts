import { isRecord, type JsonRecord } from '../turn/json-record.ts'
import { rootObject } from './root-object.ts'
import { typesOf } from './types-of.ts'

const single = ['additionalProperties', 'contains', 'else', 'if', 'items', 'not', 'propertyNames', 'then']
const several = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const named = ['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']

/**
 * A schema for a function that is not strict: as it is, but that its root is an object, and that every array says what it
 * holds, if only that it may be anything. Throws a SchemaFault where the root can be no object.
 */
export function toLooseSchema(schema: JsonRecord): JsonRecord {
  return withItems({ properties: {}, ...rootObject(schema) })
}

function withItems(schema: JsonRecord): JsonRecord {
  const copy: Record<string, unknown> = { ...schema }
  for (const key of single) if (isRecord(copy[key])) copy[key] = withItems(copy[key])
  for (const key of several) if (Array.isArray(copy[key])) copy[key] = copy[key].map(ofChild)
  for (const key of named) if (isRecord(copy[key])) copy[key] = ofNamed(copy[key])
  if (typesOf(schema).includes('array') && !isRecord(copy.items)) copy.items = {}
  return copy
}

function ofChild(schema: unknown): unknown {
  return isRecord(schema) ? withItems(schema) : schema
}

function ofNamed(schemas: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, ofChild(schema)]))
}
