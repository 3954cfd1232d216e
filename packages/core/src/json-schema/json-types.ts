/** A JSON Schema as anybody may write it: nothing about its content is known. */
export type SchemaObject = Readonly<Record<string, unknown>>

/** A JSON Schema of draft 2020-12, with known keywords in their known shapes only. */
export type Schema = SchemaObject | boolean

export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a reference of a normalized schema leads to. */
export function findTarget(root: Schema, ref: unknown): unknown {
  if (ref === '#') return root
  if (typeof ref !== 'string' || !isSchemaObject(root) || !isSchemaObject(root.$defs)) return undefined
  return root.$defs[ref.slice('#/$defs/'.length)]
}
