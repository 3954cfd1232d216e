import { isRecord, type JsonRecord } from '../turn/json-record.ts'
import { mergeAllOf } from './merge-all-of.ts'
import { nullable } from './nullable.ts'
import { rootObject } from './root-object.ts'
import { SchemaFault } from './schema-fault.ts'
import { isStrictPattern, schemaNotes, strictFormats } from './schema-notes.ts'
import { StrictTally } from './strict-tally.ts'
import { typesOf } from './types-of.ts'

/** What no strict schema can say; left out, it would let the model write what the tool refuses. */
const refused = [
  ...['allOf', 'not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas', 'dependencies'],
  ...['patternProperties', 'propertyNames', 'unevaluatedProperties', 'unevaluatedItems', 'prefixItems'],
  ...['additionalItems', 'contains', '$dynamicRef', '$recursiveRef'],
]

const kept = ['title', 'enum', 'const', 'multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
const jsonTypes = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])
const keptOfArrays = ['minItems', 'maxItems']
const maxLevels = 10
const maxDepth = 64

/** Where the recursion is. */
interface Spot {
  readonly place: string
  readonly depth: number
  /** Objects around it. */
  readonly levels: number
}

/**
 * A schema as strict mode takes it: objects are closed and require all their properties, those that were optional may be
 * null; `oneOf` becomes `anyOf`; limits that strict mode does not know go into the description. Throws a SchemaFault where
 * something cannot be said.
 */
export function toStrictSchema(schema: JsonRecord): JsonRecord {
  const root = rootObject(schema)
  const converter = new StrictConverter(root)
  const strict = converter.convert(root, { place: '#', depth: 0, levels: 0 })
  return { ...strict, ...converter.definitions() }
}

class StrictConverter {
  readonly #root: JsonRecord
  readonly #tally = new StrictTally()

  constructor(root: JsonRecord) {
    this.#root = root
  }

  definitions(): JsonRecord {
    const converted: Record<string, JsonRecord> = {}
    for (const key of ['$defs', 'definitions']) {
      const schemas = this.#root[key]
      if (isRecord(schemas)) converted[key] = this.#mapNamed(schemas, { place: `#/${key}`, depth: 1, levels: 0 })
    }
    return converted
  }

  convert(given: unknown, spot: Spot): JsonRecord {
    if (!isRecord(given)) throw new SchemaFault(spot.place, 'a place where anything goes')
    if (spot.depth > maxDepth) throw new SchemaFault(spot.place, `more than ${maxDepth} schemas inside each other`)
    const schema = mergeAllOf(given, this.#root) ?? given
    for (const key of refused) {
      if (key in schema) throw new SchemaFault(`${spot.place}/${key}`, key)
    }
    const description = descriptionOf(schema)
    if (schema.$ref !== undefined) return this.#reference(schema, spot, description)
    if ('anyOf' in schema || 'oneOf' in schema) return { ...this.#union(schema, spot), ...description }
    return { ...this.#typed(schema, spot), ...description }
  }

  #reference({ $ref }: JsonRecord, { place }: Spot, description: JsonRecord): JsonRecord {
    if (typeof $ref !== 'string' || !/^#($|\/(\$defs|definitions)\/[^/]+$)/.test($ref)) {
      throw new SchemaFault(
        `${place}/$ref`,
        `a reference to something other than a definition (${JSON.stringify($ref)})`,
      )
    }
    return 'description' in description ? { ...description, anyOf: [{ $ref }] } : { $ref }
  }

  #union(schema: JsonRecord, spot: Spot): JsonRecord {
    const { anyOf, oneOf, type, properties, items } = schema
    const key = anyOf === undefined ? 'oneOf' : 'anyOf'
    const branches = anyOf ?? oneOf
    if ((anyOf !== undefined && oneOf !== undefined) || properties !== undefined || items !== undefined) {
      throw new SchemaFault(`${spot.place}/${key}`, `${key} beside other rules for the same value`)
    }
    if (!Array.isArray(branches)) throw new SchemaFault(`${spot.place}/${key}`, `${key} without alternatives`)
    const typed = branches.map((branch) => (isRecord(branch) && type !== undefined ? { type, ...branch } : branch))
    return { anyOf: typed.map((branch, at) => this.convert(branch, below(spot, key, at))) }
  }

  #typed(schema: JsonRecord, spot: Spot): JsonRecord {
    const types = typesOf(schema)
    if (types.length === 0) throw new SchemaFault(spot.place, 'a place where anything goes')
    const odd = types.find((type) => !jsonTypes.has(type))
    if (odd !== undefined) throw new SchemaFault(`${spot.place}/type`, `a type that JSON does not have (${odd})`)
    if (Array.isArray(schema.enum)) this.#tally.addValues(spot.place, schema.enum)
    if ('const' in schema) this.#tally.addValues(spot.place, [schema.const])
    return {
      type: types.length === 1 ? types[0] : types,
      ...pick(schema, kept),
      ...(types.includes('string') && stringRules(schema)),
      ...(types.includes('array') && this.#array(schema, spot)),
      ...(types.includes('object') && this.#object(schema, spot)),
    }
  }

  #array(schema: JsonRecord, spot: Spot): JsonRecord {
    return { ...pick(schema, keptOfArrays), items: this.convert(schema.items, below(spot, 'items')) }
  }

  #object({ properties, required, additionalProperties: others = false }: JsonRecord, spot: Spot): JsonRecord {
    if (others !== false)
      throw new SchemaFault(`${spot.place}/additionalProperties`, 'properties with names of any kind')
    if (!isRecord(properties)) throw new SchemaFault(spot.place, 'an object whose properties are not named')
    if (spot.levels === maxLevels) throw new SchemaFault(spot.place, `more than ${maxLevels} objects inside each other`)
    const inside = { ...spot, place: `${spot.place}/properties`, levels: spot.levels + 1 }
    const needed: unknown[] = Array.isArray(required) ? required : []
    const entries = Object.entries(this.#mapNamed(properties, inside))
    const strict = entries.map(
      ([key, each]) => [key, needed.includes(key) ? each : nullable(each, this.#root)] as const,
    )
    return { properties: Object.fromEntries(strict), required: Object.keys(properties), additionalProperties: false }
  }

  #mapNamed(schemas: JsonRecord, spot: Spot): Record<string, JsonRecord> {
    this.#tally.addNames(spot.place, Object.keys(schemas))
    const converted = Object.entries(schemas).map(([key, each]) => [key, this.convert(each, below(spot, key))] as const)
    return Object.fromEntries(converted)
  }
}

function below({ place, depth, levels }: Spot, ...keys: readonly (string | number)[]): Spot {
  const path = keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))
  return { place: [place, ...path].join('/'), depth: depth + 1, levels }
}

function pick(schema: JsonRecord, keys: readonly string[]): JsonRecord {
  return Object.fromEntries(keys.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]))
}

function stringRules({ format, pattern }: JsonRecord): JsonRecord {
  return {
    ...(typeof format === 'string' && strictFormats.has(format) && { format }),
    ...(typeof pattern === 'string' && isStrictPattern(pattern) && { pattern }),
  }
}

function descriptionOf(schema: JsonRecord): JsonRecord {
  const words = typeof schema.description === 'string' ? [schema.description] : []
  const text = [...words, ...schemaNotes(schema)].join(' ')
  return text === '' ? {} : { description: text }
}
