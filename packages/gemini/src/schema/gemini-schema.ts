import { isRecord, listOf } from '../stream/json-fields.ts'
import { allowedValues } from './allowed-values.ts'
import { described } from './described.ts'
import { mergeAllOf } from './merge-all-of.ts'
import { isRequiredCycle } from './required-cycle.ts'
import {
  below,
  definitionName,
  definitionRef,
  inlineRef,
  resolveRef,
  type SchemaObject,
  type SchemaPlace,
  schemaError,
} from './schema-place.ts'

/** Taken as they are: what the SDK documents of JSON Schema, but for those that are translated below. */
const kept = new Set('type format title description minItems maxItems minimum maximum propertyOrdering'.split(' '))

/** Told in words: the model knows them, and the runtime holds the arguments to them. */
const noted = new Set(
  `default examples pattern minLength maxLength multipleOf exclusiveMinimum exclusiveMaximum uniqueItems contains minContains
  maxContains minProperties maxProperties propertyNames patternProperties dependentRequired dependencies not
  unevaluatedItems unevaluatedProperties additionalItems`.split(/\s+/u),
)

/** What changes the shape of arguments in a way that Gemini cannot be told. */
const refused: Readonly<Record<string, string>> = {
  if: 'write the cases as anyOf',
  dependentSchemas: 'write the cases as anyOf',
  $dynamicRef: 'use $ref',
  $recursiveRef: 'use $ref',
}

/**
 * Writes a tool's JSON Schema (2020-12 or draft 7) as Gemini's `parametersJsonSchema` takes it; undefined where there are no
 * parameters. Throws a TypeError that names the place of what cannot be said.
 */
export function toGeminiSchema(tool: string, root: SchemaObject): SchemaObject | undefined {
  const place: SchemaPlace = { tool, root, pointer: '#', home: '#', inlined: [] }
  const { $defs, definitions, ...rest } = root
  const shape = rest.type === undefined && isRecord(rest.properties) ? { ...rest, type: 'object' } : rest
  const schema = convert(rest.$ref === undefined ? shape : { allOf: [rest] }, place)
  if (schema.type !== 'object') {
    throw schemaError(place, "Gemini's parameters are an object; put what this describes under a property")
  }
  const hasNames = isRecord(schema.properties) && Object.keys(schema.properties).length > 0
  if (!hasNames && !schema.additionalProperties) return undefined
  const written = { ...definitionsOf('definitions', definitions, place), ...definitionsOf('$defs', $defs, place) }
  return Object.keys(written).length === 0 ? schema : { ...schema, $defs: written }
}

function definitionsOf(key: string, definitions: unknown, place: SchemaPlace): SchemaObject {
  return mapSchemas(definitions, (schema, name) =>
    convert(schema, { ...below(place, key, name), home: definitionRef(name) }),
  )
}

function convert(schema: unknown, outer: SchemaPlace): SchemaObject {
  if (schema === true || schema === undefined) return {}
  if (!isRecord(schema)) throw schemaError(outer, 'no value is allowed here; leave it out')
  const { $ref } = schema
  if (typeof $ref === 'string') return convertRef($ref, schema, outer)
  const { schema: flat, place } = mergeAllOf(schema, outer)
  const refusal = Object.keys(flat).find((key) => Object.hasOwn(refused, key))
  if (refusal !== undefined) throw schemaError(place, `Gemini has no '${refusal}'; ${refused[refusal]}`)
  const written = { ...valuesOf(flat, place), ...pick(flat, kept), ...partsOf(flat, place), ...limitsOf(flat) }
  return withNotes(withProperties(written, flat, place), flat)
}

/** Beside a reference Gemini takes nothing: words go into a note, and a schema is merged with what is referred to. */
function convertRef(ref: string, schema: Record<string, unknown>, place: SchemaPlace): SchemaObject {
  const { $ref: _, $defs: __, definitions: ___, ...beside } = schema
  const name = definitionName(ref)
  const isOwn = ref === '#' || name !== undefined
  const isPlain = Object.keys(beside).every((key) => noted.has(key) || !isShape(key))
  if (!isOwn || !isPlain) {
    const target = inlineRef(place, ref)
    return convert({ ...beside, allOf: [...listOf(beside.allOf), target.schema] }, target.place)
  }
  resolveRef(place, ref)
  const written = { $ref: name === undefined ? ref : `#/$defs/${name}` }
  const { description } = beside
  return withNotes(typeof description === 'string' ? described(written, description) : written, beside)
}

/** Whether a keyword says more of the arguments than words can. */
function isShape(key: string): boolean {
  return (kept.has(key) && key !== 'title' && key !== 'description') || shapes.has(key) || key in refused
}

const shapes = new Set(
  'required enum const items prefixItems anyOf oneOf allOf properties additionalProperties'.split(' '),
)

function valuesOf(schema: SchemaObject, place: SchemaPlace): SchemaObject {
  if ('const' in schema) return allowedValues([schema.const], place)
  return Array.isArray(schema.enum) ? allowedValues(schema.enum, place) : {}
}

/** The schemas inside, but for those of properties. */
function partsOf(schema: SchemaObject, place: SchemaPlace): SchemaObject {
  const parts: Record<string, unknown> = {}
  const list = (key: string, from = key): void => {
    parts[key] = listOf(schema[from]).map((part, index) => convert(part, below(place, from, index)))
  }
  const { items, additionalProperties } = schema
  for (const key of ['anyOf', 'oneOf', 'prefixItems']) if (Array.isArray(schema[key])) list(key)
  if (Array.isArray(items)) list('prefixItems', 'items')
  else if (isRecord(items)) parts.items = convert(items, below(place, 'items'))
  else if (items === false) parts.maxItems = listOf(schema.prefixItems).length
  if (typeof additionalProperties === 'boolean') parts.additionalProperties = additionalProperties
  else if (isRecord(additionalProperties)) {
    parts.additionalProperties = convert(additionalProperties, below(place, 'additionalProperties'))
  }
  return parts
}

function limitsOf({
  type,
  exclusiveMinimum: above,
  exclusiveMaximum: under,
  minimum,
  maximum,
}: SchemaObject): SchemaObject {
  if (type !== 'integer') return {}
  const lowest = [minimum, typeof above === 'number' ? Math.floor(above) + 1 : undefined].filter(isNumber)
  const highest = [maximum, typeof under === 'number' ? Math.ceil(under) - 1 : undefined].filter(isNumber)
  return {
    ...(lowest.length > 0 && { minimum: Math.max(...lowest) }),
    ...(highest.length > 0 && { maximum: Math.min(...highest) }),
  }
}

/** A required property that leads back to where it stands is not required of Gemini; the runtime asks for it. */
function withProperties(written: SchemaObject, schema: SchemaObject, place: SchemaPlace): SchemaObject {
  if (!isRecord(schema.properties) && !Array.isArray(schema.required)) return written
  const required = listOf(schema.required).filter((name) => typeof name === 'string')
  const unnamed = Object.fromEntries(required.map((name) => [name, true]))
  const known: SchemaObject = { ...unnamed, ...(isRecord(schema.properties) && schema.properties) }
  const cyclic = required.filter((name) => isRequiredCycle(known[name], place))
  const properties = mapSchemas(known, (property, name) => {
    const converted = convert(property, below(place, 'properties', name))
    return cyclic.includes(name) ? described(converted, '(Required.)') : converted
  })
  const rest = required.filter((name) => !cyclic.includes(name))
  return { ...written, properties, ...(rest.length > 0 && { required: rest }) }
}

function withNotes(written: SchemaObject, schema: SchemaObject): SchemaObject {
  const translated = written.type === 'integer' ? ['exclusiveMinimum', 'exclusiveMaximum'] : []
  const told = typeof schema.const === 'boolean' ? new Set([...noted, 'const']) : noted
  const notes = Object.entries(pick(schema, told)).filter(([key]) => !translated.includes(key))
  if (notes.length === 0) return written
  return described(written, `(JSON Schema: ${JSON.stringify(Object.fromEntries(notes))})`)
}

function pick(schema: SchemaObject, keys: ReadonlySet<string>): SchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => keys.has(key)))
}

function mapSchemas(schemas: unknown, map: (schema: unknown, name: string) => SchemaObject): SchemaObject {
  if (!isRecord(schemas)) return {}
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, map(schema, name)]))
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}
