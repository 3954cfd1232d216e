import { isSchemaObject, type Schema, type SchemaObject } from '../json-types.ts'
import type { SchemaWriter } from './normalize-options.ts'
import { toRegExp } from './to-reg-exp.ts'

const singles = ['not', 'if', 'then', 'else', 'contains', 'propertyNames', 'unevaluatedItems'] as const
const lists = ['allOf', 'anyOf', 'oneOf'] as const

/** The keywords of a schema that hold schemas, in the words of draft 2020-12. */
export function copyApplicators(schema: SchemaObject, resource: SchemaObject, writer: SchemaWriter): SchemaObject {
  const write = (inside: unknown): Schema => writer.write(inside, resource)
  const copy: Record<string, unknown> = {}
  for (const key of singles) if (isSchema(schema[key])) copy[key] = write(schema[key])
  for (const key of lists) {
    const list = schema[key]
    if (Array.isArray(list) && list.length > 0) copy[key] = list.map(write)
  }
  return {
    ...copy,
    ...copyItems(schema, write),
    ...copyProperties(schema, write, writer.patterns),
    ...copyDependencies(schema, write),
  }
}

function isSchema(value: unknown): boolean {
  return typeof value === 'boolean' || isSchemaObject(value)
}

/** Drafts up to 2019-09 wrote tuples as a list of `items` with `additionalItems`. */
function copyItems(schema: SchemaObject, write: (inside: unknown) => Schema): SchemaObject {
  const { items, prefixItems, additionalItems } = schema
  const copy: Record<string, unknown> = {}
  const tuple = Array.isArray(items) ? items : prefixItems
  const rest = Array.isArray(items) ? additionalItems : items
  if (Array.isArray(tuple) && tuple.length > 0) copy.prefixItems = tuple.map(write)
  if (isSchema(rest)) copy.items = write(rest)
  return copy
}

function copyProperties(schema: SchemaObject, write: (inside: unknown) => Schema, patterns: boolean): SchemaObject {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema
  const copy: Record<string, unknown> = {}
  const required = requiredNames(schema)
  if (required.length > 0) copy.required = required
  if (isSchemaObject(properties)) copy.properties = writeMap(properties, write)
  let allKnown = true
  if (isSchemaObject(patternProperties)) {
    const entries = Object.entries(patternProperties)
    const known = patterns ? entries.filter(([pattern]) => toRegExp(pattern)) : []
    allKnown = known.length === entries.length
    if (known.length > 0) copy.patternProperties = writeMap(Object.fromEntries(known), write)
  }
  // What a pattern that is not evaluated would have allowed must not be refused as an additional property.
  if (allKnown && isSchema(additionalProperties)) copy.additionalProperties = write(additionalProperties)
  if (allKnown && isSchema(unevaluatedProperties)) copy.unevaluatedProperties = write(unevaluatedProperties)
  return copy
}

/** A list of names, and the properties that say `required: true` themselves, as in draft 3. */
function requiredNames({ required, properties }: SchemaObject): string[] {
  const names = new Set<string>()
  if (Array.isArray(required)) for (const name of required) if (typeof name === 'string') names.add(name)
  if (isSchemaObject(properties)) {
    for (const [name, property] of Object.entries(properties)) {
      if (isSchemaObject(property) && property.required === true) names.add(name)
    }
  }
  return [...names]
}

/** `dependencies` was split in two: names that must be there too, and schemas that must hold too. */
function copyDependencies(schema: SchemaObject, write: (inside: unknown) => Schema): SchemaObject {
  const { dependencies, dependentSchemas, dependentRequired } = schema
  const schemas: [string, unknown][] = isSchemaObject(dependentSchemas) ? Object.entries(dependentSchemas) : []
  const names: [string, unknown][] = []
  for (const [key, value] of isSchemaObject(dependencies) ? Object.entries(dependencies) : []) {
    if (Array.isArray(value)) names.push([key, value.filter((name) => typeof name === 'string')])
    else if (isSchema(value)) schemas.push([key, value])
  }
  const written = schemas.length > 0 && { dependentSchemas: writeMap(Object.fromEntries(schemas), write) }
  const required = names.length > 0 && !dependentRequired && { dependentRequired: Object.fromEntries(names) }
  return { ...written, ...required }
}

function writeMap(map: SchemaObject, write: (inside: unknown) => Schema): SchemaObject {
  return Object.fromEntries(Object.entries(map).map(([key, inside]) => [key, write(inside)]))
}
