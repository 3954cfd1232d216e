import { isSchema, placeIn, resolveRef, type Schema, type SchemaPlace, schemaError, withNotes } from './json-schema.ts'

/** An input schema in the form of which the Messages API takes one. */
export interface InputSchema extends Schema {
  readonly type: 'object'
}

const propertyName = /^[a-zA-Z0-9_.-]{1,64}$/

/** What a branch may say that only asks for more of the same properties. */
const constraintKeys: ReadonlySet<string> = new Set(['type', 'required', 'not', 'title', 'description'])

/**
 * A tool's schema as the Messages API takes it: an object at its root, without alternatives there. Throws where the schema
 * cannot be written so, with the place and what to do.
 */
export function inputSchema(schema: Schema, tool: string): InputSchema {
  const place: SchemaPlace = { tool, path: '' }
  const root = withoutAlternatives(withoutRootRef(schema, place), place)
  const { type = 'object', properties } = root
  if (type !== 'object') {
    throw schemaError(
      place,
      `a tool takes an object, not ${JSON.stringify(type)}; put the value into a property of one`,
    )
  }
  for (const name of Object.keys(isSchema(properties) ? properties : {})) {
    if (propertyName.test(name)) continue
    const rule = 'Anthropic takes names of 1 to 64 letters, digits, _, . and -; rename the property'
    throw schemaError(placeIn(place, 'properties', name), rule)
  }
  return { ...root, type: 'object' }
}

/** A recursive schema has its root among its definitions. */
function withoutRootRef(schema: Schema, place: SchemaPlace): Schema {
  const seen = new Set<unknown>()
  let root = schema
  while (typeof root.$ref === 'string') {
    const { $ref, ...rest } = root
    const target = seen.has($ref) ? undefined : resolveRef(schema, root.$ref)
    if (target === undefined) throw schemaError(place, `$ref ${JSON.stringify($ref)} leads to no schema in it`)
    seen.add($ref)
    root = { ...target, ...rest }
  }
  return root
}

/** Alternatives that name no properties of their own can be told in words; the runtime holds the call to them. */
function withoutAlternatives(schema: Schema, place: SchemaPlace): Schema {
  const { anyOf, oneOf, allOf, ...root } = schema
  const alternatives = {
    ...(anyOf !== undefined && { anyOf }),
    ...(oneOf !== undefined && { oneOf }),
    ...(allOf !== undefined && { allOf }),
  }
  for (const [keyword, branches] of Object.entries(alternatives)) {
    const isConstraint = Array.isArray(branches) && branches.every(isConstraintOnly)
    if (isConstraint && isSchema(root.properties)) continue
    throw schemaError(
      placeIn(place, keyword),
      `Anthropic takes no ${keyword} at the root of a schema; put it into a property, or declare one object with optional properties`,
    )
  }
  return withNotes(root, alternatives)
}

function isConstraintOnly(branch: unknown): boolean {
  return isSchema(branch) && Object.keys(branch).every((key) => constraintKeys.has(key))
}
