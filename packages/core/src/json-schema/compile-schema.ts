import { Ajv2020, type Options } from 'ajv/dist/2020.js'
import type { SchemaFault } from './issues/schema-fault.ts'
import { isSchemaObject, type Schema } from './json-types.ts'
import { toRegExp } from './normalize/to-reg-exp.ts'

/** A compiled schema: the first answer is quick, the second tells why. */
export interface CompiledSchema {
  isValid(value: unknown): boolean
  /** Everything that is wrong with a value; compiled when first asked. */
  faults(value: unknown): readonly SchemaFault[]
}

const matchesAnything = /(?:)/u

const options: Options = {
  strict: false,
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
  const isValid = new Ajv2020({ ...options, ownProperties }).compile(schema)
  let explain: typeof isValid | undefined
  return {
    isValid,
    faults(value) {
      explain ??= new Ajv2020({ ...options, ownProperties, allErrors: true, verbose: true }).compile(schema)
      return explain(value) ? [] : (explain.errors ?? [])
    },
  }
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
