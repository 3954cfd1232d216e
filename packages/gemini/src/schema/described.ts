import type { SchemaObject } from './schema-place.ts'

/** A schema with a note at the end of its description. Beside a `$ref` Gemini takes nothing: it goes into an `anyOf`. */
export function described(schema: SchemaObject, note: string): SchemaObject {
  const { description } = schema
  const whole = typeof description === 'string' && description !== '' ? `${description} ${note}` : note
  return '$ref' in schema ? { anyOf: [schema], description: whole } : { ...schema, description: whole }
}
