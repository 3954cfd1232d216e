import { isRecord, type JsonRecord } from '../turn/json-record.ts'
import { resolveRef } from './resolve-ref.ts'

/** References that lead to others; a circle of them is given up. */
const maxReferences = 16

/** Whether null is a value of a schema, as far as its keywords say. */
export function allowsNull(schema: unknown, root: JsonRecord, references: number = maxReferences): boolean {
  if (!isRecord(schema)) return schema === true
  const { type, enum: values, anyOf, oneOf, allOf, $ref } = schema
  const allows = (each: unknown): boolean => allowsNull(each, root, references)
  if (type !== undefined && type !== 'null' && !(Array.isArray(type) && type.includes('null'))) return false
  if (Array.isArray(values) && !values.includes(null)) return false
  if ('const' in schema && schema.const !== null) return false
  if (Array.isArray(anyOf) && !anyOf.some(allows)) return false
  if (Array.isArray(oneOf) && !oneOf.some(allows)) return false
  if (Array.isArray(allOf) && !allOf.every(allows)) return false
  if ($ref === undefined) return true
  return references > 0 && allowsNull(resolveRef(root, $ref), root, references - 1)
}
