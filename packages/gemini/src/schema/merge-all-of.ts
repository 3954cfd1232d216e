import { isRecord, listOf } from '../stream/json-fields.ts'
import { inlineRef, type SchemaObject, type SchemaPlace, schemaError } from './schema-place.ts'

/**
 * A schema with its `allOf` as one schema without it: Gemini has no `allOf`. Throws where two parts say what no single
 * schema can say.
 */
export function mergeAllOf(schema: SchemaObject, place: SchemaPlace): { schema: SchemaObject; place: SchemaPlace } {
  const { allOf, ...rest } = schema
  let merged: SchemaObject = rest
  let inside = place
  for (const member of listOf(allOf).filter(isRecord)) {
    const part = flattened(member, inside)
    inside = part.place
    merged = mergeTwo(merged, part.schema, inside)
  }
  return { schema: merged, place: inside }
}

/** A part of an `allOf` without references and parts of its own. */
function flattened(part: SchemaObject, place: SchemaPlace): { schema: SchemaObject; place: SchemaPlace } {
  const { $ref, ...rest } = part
  if (typeof $ref !== 'string') return mergeAllOf(part, place)
  const target = inlineRef(place, $ref)
  return mergeAllOf({ ...rest, allOf: [...listOf(rest.allOf), target.schema] }, target.place)
}

function mergeTwo(one: SchemaObject, other: SchemaObject, place: SchemaPlace): SchemaObject {
  const merged: Record<string, unknown> = { ...one }
  for (const [key, value] of Object.entries(other)) {
    merged[key] = merged[key] === undefined ? value : mergeKeyword(key, [merged[key], value], place)
  }
  if (isRecord(one.properties) && isRecord(other.properties)) {
    delete merged.additionalProperties // each part's own would forbid what the other has
  }
  return merged
}

type Pair = readonly [unknown, unknown]

function mergeKeyword(key: string, [one, other]: Pair, place: SchemaPlace): unknown {
  if (JSON.stringify(one) === JSON.stringify(other) || ['title', 'description', 'default'].includes(key)) return one
  if (key === 'required') return [...new Set([...listOf(one), ...listOf(other)])]
  if (key === 'properties' && isRecord(one) && isRecord(other)) return mergeProperties(one, other)
  if (typeof one === 'number' && typeof other === 'number') {
    if (/^min|^exclusiveMin/u.test(key)) return Math.max(one, other)
    if (/^max|^exclusiveMax/u.test(key)) return Math.min(one, other)
  }
  const common = key === 'type' || key === 'enum' ? commonOf(one, other) : []
  if (common.length > 0) return key === 'type' && common.length === 1 ? common[0] : common
  throw schemaError(place, `Gemini has no allOf, and its parts differ in '${key}'; write them as one schema`)
}

function mergeProperties(one: SchemaObject, other: SchemaObject): SchemaObject {
  const merged: Record<string, unknown> = { ...one }
  for (const [name, schema] of Object.entries(other)) {
    merged[name] = name in one ? { allOf: [one[name], schema] } : schema
  }
  return merged
}

function commonOf(one: unknown, other: unknown): readonly unknown[] {
  const others = Array.isArray(other) ? other : [other]
  return (Array.isArray(one) ? one : [one]).filter((value) => others.includes(value))
}
