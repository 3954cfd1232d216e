import type { InputSchema } from './input-schema.ts'
import { isSchema, placeIn, type Schema, type SchemaPlace, schemaError, withNotes } from './json-schema.ts'
import { refuseRecursion } from './refuse-recursion.ts'

/** Formats that a strict schema may ask for. */
const formats = wordsOf('date-time time date duration email hostname uri ipv4 ipv6 uuid')

/** Keywords that are written anew, or mean nothing to a model. */
const handled = wordsOf(
  '$schema $id $anchor $comment $defs definitions $ref type enum const anyOf oneOf allOf title description ' +
    'properties required additionalProperties items deprecated readOnly writeOnly',
)

/** Keywords that say what a value is made of: without them another schema would be left. */
const structural: readonly string[] = ['patternProperties', 'prefixItems', '$dynamicRef']

/**
 * The schema of a strict tool, of the part of JSON Schema to which Anthropic can hold a model: objects take no other
 * properties, and constraints that it does not know stand in the description. Throws for what has no strict form.
 */
export function strictSchema(schema: InputSchema, tool: string): InputSchema {
  const place: SchemaPlace = { tool, path: '' }
  refuseRecursion(schema, place)
  return { ...convert(schema, place), type: 'object' }
}

function convert(schema: unknown, place: SchemaPlace): Schema {
  if (!isSchema(schema)) throw schemaError(place, 'a strict schema says of every value what it is; give it a type')
  for (const keyword of structural) {
    if (keyword in schema) throw schemaError(placeIn(place, keyword), `strict tools know no ${keyword}; ${remedy}`)
  }
  const definitions = definitionsOf(schema, place)
  if (typeof schema.$ref === 'string') return { ...definitions, $ref: schema.$ref }
  const { title, description } = schema
  const converted = { ...definitions, ...shapeOf(schema, place), ...(title !== undefined && { title }) }
  return withNotes({ ...converted, ...(description !== undefined && { description }) }, notesOf(schema, converted))
}

const remedy = 'declare the properties one by one, or leave the tool out of strict'

function shapeOf(schema: Schema, place: SchemaPlace): Schema {
  const { type, anyOf, oneOf, allOf } = schema
  if ('enum' in schema || 'const' in schema) return literalsOf(schema, place)
  if (Array.isArray(allOf)) return onlyOf(allOf, place)
  const [keyword, branches] = anyOf === undefined ? (['oneOf', oneOf] as const) : (['anyOf', anyOf] as const)
  if (Array.isArray(branches)) {
    if (isSchema(schema.properties)) {
      throw schemaError(
        placeIn(place, keyword),
        'strict tools know no alternatives beside properties; declare each alternative whole',
      )
    }
    return { anyOf: branches.map((branch, index) => convert(branch, placeIn(place, keyword, index))) }
  }
  if (Array.isArray(type)) return unionOf(schema, type, place)
  if (type === 'object') return objectOf(schema, place)
  if (type === 'array') return arrayOf(schema, place)
  if (typeof type !== 'string')
    throw schemaError(place, 'a strict schema says of every value what it is; give it a type')
  return type === 'string' && formats.has(schema.format) ? { type, format: schema.format } : { type }
}

function literalsOf({ type, enum: values, const: value }: Schema, place: SchemaPlace): Schema {
  const literals: readonly unknown[] = Array.isArray(values) ? values : [value]
  if (literals.some((literal) => typeof literal === 'object' && literal !== null)) {
    throw schemaError(place, 'strict tools know no objects or arrays as literals; describe them as objects or arrays')
  }
  return { ...(typeof type === 'string' && { type }), ...(Array.isArray(values) ? { enum: values } : { const: value }) }
}

/** Objects of a strict schema take no properties beside their own, so two of them can never hold at once. */
function onlyOf(allOf: readonly unknown[], place: SchemaPlace): Schema {
  if (allOf.length === 1) return convert(allOf[0], placeIn(place, 'allOf', 0))
  throw schemaError(placeIn(place, 'allOf'), 'strict tools know no allOf of several; declare one schema with all of it')
}

function unionOf(schema: Schema, types: readonly unknown[], place: SchemaPlace): Schema {
  const { title: _title, description: _description, $defs: _defs, definitions: _definitions, ...rest } = schema
  return { anyOf: types.map((type) => shapeOf({ ...rest, type }, place)) }
}

function objectOf({ properties, required, additionalProperties }: Schema, place: SchemaPlace): Schema {
  const names = isSchema(properties) ? Object.keys(properties) : []
  const isRecord = isSchema(additionalProperties) && Object.keys(additionalProperties).length > 0
  const isFree = names.length === 0 && place.path !== '' && additionalProperties !== false
  if (isRecord || isFree) {
    throw schemaError(
      place,
      `strict tools know no objects with properties of any name; ${remedy}, or use a list of pairs`,
    )
  }
  return {
    type: 'object',
    properties: Object.fromEntries(
      names.map((name) => [name, convert((properties as Schema)[name], placeIn(place, 'properties', name))]),
    ),
    ...(Array.isArray(required) && { required: required.filter((name) => names.includes(name)) }),
    additionalProperties: false,
  }
}

function arrayOf({ items, minItems }: Schema, place: SchemaPlace): Schema {
  return {
    type: 'array',
    items: convert(items, placeIn(place, 'items')),
    ...((minItems === 0 || minItems === 1) && { minItems }),
  }
}

function definitionsOf(schema: Schema, place: SchemaPlace): Schema {
  const kept: Record<string, Schema> = {}
  for (const keyword of ['$defs', 'definitions']) {
    const definitions = schema[keyword]
    if (!isSchema(definitions)) continue
    kept[keyword] = Object.fromEntries(
      Object.entries(definitions).map(([name, part]) => [name, convert(part, placeIn(place, keyword, name))]),
    )
  }
  return kept
}

function notesOf(schema: Schema, converted: Schema): Schema {
  const notes = Object.entries(schema).filter(([key]) => !handled.has(key) && !(key in converted))
  return Object.fromEntries(notes.filter(([, value]) => Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER))
}

function wordsOf(words: string): ReadonlySet<unknown> {
  return new Set(words.split(' '))
}
