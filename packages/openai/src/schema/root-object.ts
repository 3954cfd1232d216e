import type { JsonRecord } from '../turn/json-record.ts'
import { mergeAllOf } from './merge-all-of.ts'
import { resolveRef } from './resolve-ref.ts'
import { SchemaFault } from './schema-fault.ts'
import { typesOf } from './types-of.ts'

/** What a provider refuses at the root of a function's parameters, in any mode. */
const refused = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const']

/** References from the root to where it is defined; a circle of them is given up. */
const maxReferences = 16

/** A schema whose root is an object, as functions have to have it. Throws a SchemaFault where it is none. */
export function rootObject(schema: JsonRecord): JsonRecord {
  const root = withoutReference(schema)
  const object = mergeAllOf(root, root) ?? root
  for (const key of refused) {
    if (key in object) throw new SchemaFault(`#/${key}`, `${key} in place of a plain object`)
  }
  const types = typesOf(object)
  if (types.length > 0 && !types.includes('object')) throw new SchemaFault('#', `no object but ${types.join(' or ')}`)
  return { ...object, type: 'object' }
}

/** Recursive types often begin with a reference to a definition. */
function withoutReference(schema: JsonRecord): JsonRecord {
  let root = schema
  for (let left = maxReferences; root.$ref !== undefined; left -= 1) {
    const { $ref, ...rest } = root
    const target = resolveRef(schema, $ref)
    if (target === undefined || left === 0)
      throw new SchemaFault('#/$ref', `a reference that leads nowhere (${JSON.stringify($ref)})`)
    root = { ...target, ...rest }
  }
  return root
}
