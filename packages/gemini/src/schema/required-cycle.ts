import { isRecord, listOf } from '../stream/json-fields.ts'
import { definitionName, resolveRef, type SchemaPlace } from './schema-place.ts'

/**
 * Whether a schema refers back to the definition that it stands in, by way of what is required alone. Gemini takes cycles
 * only within properties that are not required.
 */
export function isRequiredCycle(schema: unknown, place: SchemaPlace): boolean {
  const seen = new Set<string>()
  const leadsBack = (inner: unknown): boolean => {
    if (!isRecord(inner)) return false
    const { $ref } = inner
    if (typeof $ref === 'string' && !seen.has($ref)) {
      if (homeOf($ref) === place.home) return true
      seen.add($ref)
      if (leadsBack(resolveRef(place, $ref))) return true
    }
    return requiredParts(inner).some(leadsBack)
  }
  return leadsBack(schema)
}

/** The definition that a reference leads to, as places name it. */
function homeOf(ref: string): string {
  const name = definitionName(ref)
  return name === undefined ? ref : `#/$defs/${name}`
}

function requiredParts(schema: Record<string, unknown>): readonly unknown[] {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const required = listOf(schema.required).map((name) => (typeof name === 'string' ? properties[name] : undefined))
  const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap((key) => listOf(schema[key]))
  return [...required, ...lists, ...listOf(schema.items), schema.items]
}
