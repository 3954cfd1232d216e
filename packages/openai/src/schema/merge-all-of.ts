import { isRecord, type JsonRecord, recordsOf } from '../turn/json-record.ts'
import { resolveRef } from './resolve-ref.ts'

/** Keywords of objects that can be put together without a change of meaning, or say nothing about values. */
const mergeable = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', '$defs', 'definitions'],
  ...['title', 'description', '$comment', 'examples'],
])

/**
 * Turns an `allOf` of objects, each with properties of its own, into one object, and one of a single schema into that
 * schema. Undefined where that cannot be done.
 */
export function mergeAllOf(schema: JsonRecord, root: JsonRecord): JsonRecord | undefined {
  const { allOf, ...rest } = schema
  if (!Array.isArray(allOf)) return schema
  const parts = recordsOf(allOf).map((part) => (onlyKey(part, '$ref') ? resolveRef(root, part.$ref) : part))
  if (parts.length !== allOf.length) return undefined
  const [only] = parts
  const isAlone = parts.length === 1 && only && Object.keys(only).every((key) => !(key in rest) || isNote(key))
  if (isAlone) return { ...only, ...rest }
  return parts.every((part) => part !== undefined) ? mergeObjects(rest, parts) : undefined
}

function mergeObjects(base: JsonRecord, parts: readonly JsonRecord[]): JsonRecord | undefined {
  const properties = new Map<string, unknown>()
  const required: unknown[] = []
  for (const part of [base, ...parts]) {
    if (!isMergeable(part)) return undefined
    for (const [key, property] of Object.entries(isRecord(part.properties) ? part.properties : {})) {
      if (properties.has(key)) return undefined
      properties.set(key, property)
    }
    if (Array.isArray(part.required)) required.push(...part.required)
  }
  const { additionalProperties: _, ...rest } = base
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  }
}

function isMergeable(part: JsonRecord): boolean {
  const { type = 'object', additionalProperties: others } = part
  const isClosed = others === undefined || others === false
  return type === 'object' && isClosed && Object.keys(part).every((key) => mergeable.has(key))
}

function onlyKey(record: JsonRecord, key: string): boolean {
  return key in record && Object.keys(record).length === 1
}

function isNote(key: string): boolean {
  return key === 'title' || key === 'description'
}
