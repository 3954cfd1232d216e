import { isRecord, type JsonRecord, recordsOf } from '../turn/json-record.ts'
import { allowsNull } from './allows-null.ts'
import { mergeAllOf } from './merge-all-of.ts'
import { resolveRef } from './resolve-ref.ts'

/** Longer or deeper arguments are refused where they are bound; they are left as they are. */
const maxLength = 1_048_576
const maxDepth = 100

/**
 * Arguments without the nulls that strict mode makes a model write for what it leaves out: those of optional properties
 * whose schema has no null. All else stays, and so does a text without any such null.
 */
export function withoutNulls(text: string, schema: JsonRecord): unknown {
  if (!text.includes('null') || text.length > maxLength) return text
  try {
    const value: unknown = JSON.parse(text)
    return new NullRemover(schema).clean(schema, value, maxDepth) ? value : text
  } catch {
    return text // what is no JSON is told to the model where it is bound
  }
}

class NullRemover {
  readonly #root: JsonRecord

  constructor(root: JsonRecord) {
    this.#root = root
  }

  /** Changes a freshly parsed value in place; true where there was anything to do. */
  clean(given: unknown, value: unknown, depth: number): boolean {
    if (!isRecord(given) || depth === 0) return false
    if (Array.isArray(value)) return value.map((item) => this.clean(given.items, item, depth - 1)).includes(true)
    if (!isRecord(value)) return false
    const schema = this.#objectOf(given, value, depth)
    return schema !== undefined && this.#cleanObject(schema, value, depth)
  }

  #cleanObject({ properties, required }: JsonRecord, value: Record<string, unknown>, depth: number): boolean {
    if (!isRecord(properties)) return false
    const needed: unknown[] = Array.isArray(required) ? required : []
    let hasChanged = false
    for (const [key, schema] of Object.entries(properties)) {
      if (!Object.hasOwn(value, key)) continue
      if (value[key] !== null) hasChanged = this.clean(schema, value[key], depth - 1) || hasChanged
      else if (!needed.includes(key) && !allowsNull(schema, this.#root)) {
        hasChanged = Reflect.deleteProperty(value, key) || hasChanged
      }
    }
    return hasChanged
  }

  /** The schema with the properties of an object: where there are several, the one that the object was written for. */
  #objectOf(given: JsonRecord, value: JsonRecord, depth: number): JsonRecord | undefined {
    const schema =
      given.$ref === undefined ? (mergeAllOf(given, this.#root) ?? given) : resolveRef(this.#root, given.$ref)
    if (schema === undefined || depth === 0) return undefined
    if (given.$ref !== undefined) return this.#objectOf(schema, value, depth - 1)
    const branches = recordsOf(schema.anyOf ?? schema.oneOf)
    if (branches.length === 0) return schema
    const objects = branches.map((branch) => this.#objectOf(branch, value, depth - 1))
    return objects.find((object) => object !== undefined && isWrittenFor(object, value))
  }
}

/** Strict mode writes every property of the alternative that it follows, and no other. */
function isWrittenFor({ properties }: JsonRecord, value: JsonRecord): boolean {
  if (!isRecord(properties)) return false
  return Object.keys(value).every((key) => Object.hasOwn(properties, key) && mayBe(properties[key], value[key]))
}

function mayBe(schema: unknown, value: unknown): boolean {
  if (!isRecord(schema)) return true
  if ('const' in schema) return schema.const === value
  return !Array.isArray(schema.enum) || value === null || schema.enum.includes(value)
}
