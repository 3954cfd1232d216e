import type { SchemaValidateFunction } from 'ajv'
import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import type { SchemaFault } from './issues/schema-fault.ts'
import { isSchemaObject, type Schema } from './json-types.ts'
import { toRegExp } from './normalize/to-reg-exp.ts'

/** A compiled schema: the first answer is quick, the second tells why. */
export interface CompiledSchema {
  isValid(value: unknown): boolean
  /** What is wrong with a value: everything, or of a large one the first fault; compiled when first asked. */
  faults(value: unknown): readonly SchemaFault[]
}

const maxParts = 10_000
/** Far more than are told; to judge the unions among them takes the square of their number too. */
const maxFaults = 1000
const matchesAnything = /(?:)/u

const options: Options = {
  strict: false,
  // JSON text may say 1e999, and JSON has no Infinity.
  strictNumbers: true,
  logger: false,
  // The schema is of our own writing by now, and formats are annotations in draft 2020-12.
  validateSchema: false,
  meta: false,
  validateFormats: false,
  // 0.3 is a multiple of 0.1, whatever its binary form says.
  multipleOfPrecision: 9,
  code: {
    regExp: Object.assign((pattern: string) => toRegExp(pattern) ?? matchesAnything, { code: 'toRegExp' }),
  },
}

/** Compiles a normalized schema. An instance of ajv for each keeps ids apart and lets go of schemas with their tools. */
export function compileSchema(schema: Schema): CompiledSchema {
  const ownProperties = namesPrototypeKeys(schema)
  const compile = (more: Options): ValidateFunction => createAjv({ ...options, ownProperties, ...more }).compile(schema)
  const isValid = compile({})
  const [first, all] = [{ verbose: true }, { verbose: true, allErrors: true }]
  const known = new Map<Options, ValidateFunction>()
  return {
    isValid,
    faults(value) {
      const wanted = isLarge(value) ? first : all
      const explain = known.get(wanted) ?? compile(wanted)
      known.set(wanted, explain)
      return explain(value) ? [] : (explain.errors ?? []).slice(0, maxFaults)
    },
  }
}

function createAjv(settings: Options): Ajv2020 {
  const ajv = new Ajv2020(settings)
  ajv.removeKeyword('uniqueItems')
  return ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate: areUnique })
}

/** ajv compares each item with each other one: minutes for the objects that a model can write in a megabyte. */
const areUnique: SchemaValidateFunction = (wanted: boolean, list: readonly unknown[], parentSchema) => {
  const places = new Map<unknown, number>()
  for (const [at, item] of wanted ? list.entries() : []) {
    const name = nameOf(item)
    const before = places.get(name)
    if (before !== undefined) {
      const message = `must NOT have duplicate items (items ${before} and ${at} are identical)`
      areUnique.errors = [{ keyword: 'uniqueItems', message, params: {}, parentSchema: parentSchema ?? {} }]
      return false
    }
    places.set(name, at)
  }
  return true
}

/** The same for equal items only. */
function nameOf(item: unknown): unknown {
  if (typeof item === 'object' && item !== null) return JSON.stringify(item, withSortedKeys)
  return typeof item === 'string' ? `"${item}` : item
}

function withSortedKeys(_: string, value: unknown): unknown {
  if (!isSchemaObject(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Whether a value has so many parts that to collect a fault of each, which takes the square of their number, is too much. */
function isLarge(value: unknown): boolean {
  const parts = [value]
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) continue
    for (const key in part) {
      if (parts.push(Reflect.get(part, key)) > maxParts) return true
    }
  }
  return false
}

/**
 * Whether a schema has keys that every object inherits, such as `constructor`. Only then is each property looked up as
 * an own one, which is three times slower.
 */
function namesPrototypeKeys(schema: unknown): boolean {
  if (typeof schema === 'string') return schema in Object.prototype
  if (Array.isArray(schema)) return schema.some(namesPrototypeKeys)
  if (!isSchemaObject(schema)) return false
  return Object.entries(schema).some(([key, inside]) => key in Object.prototype || namesPrototypeKeys(inside))
}
