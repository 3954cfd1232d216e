import { findTarget, isSchemaObject, type Schema, type SchemaObject } from './json-types.ts'

const maxCost = 10_000

/**
 * Throws where one value would be judged by too many schemas: references that double at each of thirty steps make a
 * schema of a few lines that takes hours. Recursion is no reason: it goes as deep as the value.
 */
export function checkCost(schema: Schema): void {
  const known = new Map<unknown, number>()
  const costOf = (inside: unknown): number => {
    if (!isSchemaObject(inside)) return 1
    const before = known.get(inside)
    if (before !== undefined) return before
    known.set(inside, 1)
    let cost = 1
    for (const part of inPlace(inside, schema)) cost = Math.min(cost + costOf(part), maxCost + 1)
    known.set(inside, cost)
    return cost
  }
  for (const inside of everySchema(schema)) {
    if (costOf(inside) > maxCost) throw new RangeError(`jsonSchema: one value meets more than ${maxCost} schemas`)
  }
}

/** The schemas that judge the same value as the one that holds them. */
function inPlace(schema: SchemaObject, root: Schema): unknown[] {
  const { allOf, anyOf, oneOf, dependentSchemas } = schema
  // data may stand anywhere, in a default or an enum, and look like a schema that is broken
  const inside: unknown[] = [allOf, anyOf, oneOf, dependentSchemas].flatMap((group) => Object.values(group ?? {}))
  for (const key of ['not', 'if', 'then', 'else']) if (key in schema) inside.push(schema[key])
  if ('$ref' in schema) inside.push(findTarget(root, schema.$ref))
  return inside
}

/** Everything in a schema that may be a schema. */
function* everySchema(root: Schema): Generator<object> {
  const open: unknown[] = [root]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    yield value
    for (const inside of Object.values(value)) if (inside !== undefined) open.push(inside)
  }
}
