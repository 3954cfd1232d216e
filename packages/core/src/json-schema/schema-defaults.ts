import { compileSchema } from './compile-schema.ts'
import { findTarget, isSchemaObject, type Schema, type SchemaObject } from './json-types.ts'

/** Fills in defaults: gives the value itself where none applies, else a copy of what lies on the way to each. */
export type FillDefaults = (value: unknown) => unknown

/**
 * Makes the filler of a normalized schema, or undefined where it has no defaults. They are taken from `properties`,
 * also inside `items`, `allOf` and references; alternatives (`anyOf`, `oneOf`, `if`) give none. A default that does
 * not fit its own schema is left out. Recurses as deep as the value.
 */
export function createDefaults(schema: Schema): FillDefaults | undefined {
  if (!isSchemaObject(schema) || !hasDefault(schema)) return undefined
  const targets = new Map<string, FillDefaults | undefined>()
  const target = (ref: string): FillDefaults | undefined => {
    if (!targets.has(ref)) targets.set(ref, fillerOf(findTarget(schema, ref), schema, target))
    return targets.get(ref)
  }
  return fillerOf(schema, schema, target)
}

type FindFiller = (ref: string) => FillDefaults | undefined

function fillerOf(schema: unknown, root: SchemaObject, target: FindFiller): FillDefaults | undefined {
  if (!isSchemaObject(schema)) return undefined
  const { $ref, properties, items, allOf } = schema
  const fillers: FillDefaults[] = []
  if (typeof $ref === 'string') fillers.push((value) => target($ref)?.(value) ?? value)
  if (isSchemaObject(properties)) fillers.push(propertiesFiller(properties, root, target))
  const each = fillerOf(items, root, target)
  if (each) fillers.push((value) => fillItems(value, each))
  for (const part of Array.isArray(allOf) ? allOf : []) fillers.push(fillerOf(part, root, target) ?? identity)
  const [first, ...others] = fillers
  return others.length === 0 ? first : (value) => fillers.reduce((filled, fill) => fill(filled), value)
}

function propertiesFiller(properties: SchemaObject, root: SchemaObject, target: FindFiller): FillDefaults {
  const steps = Object.entries(properties).flatMap(([key, inside]) => {
    const fill = fillerOf(inside, root, target)
    const give = key === '__proto__' ? undefined : defaultOf(inside, root)
    return fill || give ? [{ key, fill, give, inherited: key in Object.prototype }] : []
  })
  return (value) => {
    if (!isPlain(value)) return value
    let copy: Record<string, unknown> | undefined
    for (const { key, fill, give, inherited } of steps) {
      const given = inherited && !Object.hasOwn(value, key) ? undefined : value[key]
      const filled = given === undefined ? give?.() : fill ? fill(given) : given
      if (filled === given) continue
      copy ??= { ...value }
      copy[key] = filled
    }
    return copy ?? value
  }
}

function fillItems(value: unknown, fill: FillDefaults): unknown {
  if (!Array.isArray(value)) return value
  let copy: unknown[] | undefined
  for (const [index, item] of value.entries()) {
    const filled = fill(item)
    if (filled === item) continue
    copy ??= [...value]
    copy[index] = filled
  }
  return copy ?? value
}

/** Gives a fresh copy of a default; judged by its schema when first needed. */
function defaultOf(schema: unknown, { $defs }: SchemaObject): (() => unknown) | undefined {
  if (!isSchemaObject(schema) || schema.default === undefined) return undefined
  const { default: value, ...rules } = schema
  let fits: boolean | undefined
  return () => {
    fits ??= fitsType(value, rules) ?? fitsSchema(value, $defs ? { ...rules, $defs } : rules)
    if (!fits) return undefined
    return typeof value === 'object' ? structuredClone(value) : value
  }
}

/** What cannot be judged, as by a schema that refers to itself without end, does not fit. */
function fitsSchema(value: unknown, schema: SchemaObject): boolean {
  try {
    return typeof value !== 'function' && compileSchema(schema).isValid(value)
  } catch {
    return false
  }
}

/** Answers for most defaults without compiling anything; undefined where there is more than a type to look at. */
function fitsType(value: unknown, rules: SchemaObject): boolean | undefined {
  const { type, ...others } = rules
  if (typeof type !== 'string' || Object.keys(others).length > 0) return undefined
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return type === 'object' ? isPlain(value) : typeof value === type
}

function hasDefault(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return 'default' in schema || Object.values(schema).some(hasDefault)
}

function isPlain(value: unknown): value is SchemaObject {
  if (!isSchemaObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function identity(value: unknown): unknown {
  return value
}
