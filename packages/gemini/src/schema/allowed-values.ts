import { type SchemaObject, type SchemaPlace, schemaError } from './schema-place.ts'

/**
 * What `enum` and `const` allow: Gemini has an `enum` of texts and numbers, so that null and booleans become types.
 */
export function allowedValues(values: readonly unknown[], place: SchemaPlace): SchemaObject {
  const plain = values.filter((value) => typeof value === 'string' || typeof value === 'number')
  const booleans = values.filter((value) => typeof value === 'boolean')
  const nulls = values.filter((value) => value === null)
  if (plain.length + booleans.length + nulls.length < values.length) {
    throw schemaError(place, 'Gemini has no enum or const of lists and objects; write them as properties and items')
  }
  const kinds: SchemaObject[] = []
  if (plain.length > 0) kinds.push({ type: typesOf(plain), enum: plain })
  if (booleans.length > 0) kinds.push({ type: 'boolean' })
  if (nulls.length > 0) kinds.push({ type: 'null' })
  const [only, ...others] = kinds
  return others.length === 0 ? (only ?? {}) : { anyOf: kinds }
}

function typesOf(values: readonly unknown[]): string | string[] {
  const types = [...new Set(values.map((value) => typeof value))]
  return types.length === 1 ? String(types[0]) : types
}
