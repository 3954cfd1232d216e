import { isSchemaObject, type SchemaObject } from '../json-types.ts'

const schemas = new Set(['not', 'if', 'then', 'else', 'contains', 'propertyNames', 'additionalProperties', 'items'])
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const maps = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs'])

/** Rewrites a normalized schema in the words of draft-07; what that draft cannot say stays, and is ignored there. */
export function toDraft07(schema: unknown): unknown {
  if (!isSchemaObject(schema)) return schema
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) copy[key] = rewrite(key, value)
  return withTuple(withOldNames(copy))
}

function rewrite(key: string, value: unknown): unknown {
  if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', '#/definitions/')
  if (schemas.has(key)) return toDraft07(value)
  if (lists.has(key) && Array.isArray(value)) return value.map(toDraft07)
  if (!maps.has(key) || !isSchemaObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, toDraft07(inside)]))
}

function withOldNames(schema: SchemaObject): SchemaObject {
  const { $defs, dependentRequired, dependentSchemas, ...others } = schema
  const dependencies = { ...toMap(dependentRequired), ...toMap(dependentSchemas) }
  return {
    ...others,
    ...($defs === undefined ? undefined : { definitions: $defs }),
    ...(Object.keys(dependencies).length === 0 ? undefined : { dependencies }),
  }
}

function withTuple(schema: SchemaObject): SchemaObject {
  const { prefixItems, items, ...others } = schema
  if (prefixItems === undefined) return schema
  return { ...others, items: prefixItems, ...(items === undefined ? undefined : { additionalItems: items }) }
}

function toMap(value: unknown): SchemaObject {
  return isSchemaObject(value) ? value : {}
}
