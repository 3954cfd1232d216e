import { isSchemaObject, type SchemaObject } from '../json-types.ts'

/** What a reference leads to, and the resource (the nearest schema with an `$id`) that its own references start from. */
export interface RefTarget {
  readonly schema: unknown
  readonly resource: SchemaObject
  /** The last part of the reference: what its author calls the target. */
  readonly name: string
}

/** Finds what a `$ref` means inside one schema; undefined where it leads nowhere, or out of the schema. */
export type RefResolver = (ref: string, resource: SchemaObject) => RefTarget | undefined

/** Makes the resolver of a schema. Pointers, anchors and ids of every draft are understood; nothing is fetched. */
export function createRefResolver(root: SchemaObject): RefResolver {
  let named: ReadonlyMap<string, SchemaObject> | undefined
  return (ref, resource) => {
    const hash = ref.indexOf('#')
    const uri = hash < 0 ? ref : ref.slice(0, hash)
    const fragment = hash < 0 ? '' : ref.slice(hash + 1)
    if (uri === '' && (fragment === '' || fragment.startsWith('/'))) {
      return followPointer(resource, fragment) ?? followPointer(root, fragment)
    }
    named ??= indexNames(root)
    const whole = named.get(ref)
    if (whole) return { schema: whole, resource: whole, name: fragment || 'schema' }
    const base = named.get(uri)
    return base && followPointer(base, fragment)
  }
}

function followPointer(resource: SchemaObject, fragment: string): RefTarget | undefined {
  if (fragment !== '' && !fragment.startsWith('/')) return undefined
  let schema: unknown = resource
  let name = 'root'
  for (const part of fragment.split('/').slice(1)) {
    name = decodePart(part)
    if (typeof schema !== 'object' || schema === null || !Object.hasOwn(schema, name)) return undefined
    schema = (schema as SchemaObject)[name]
  }
  return { schema, resource: hasId(schema) ? schema : resource, name }
}

function decodePart(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

/** Whether a schema is a resource of its own. An `$id` that is only a fragment is an old way to write an anchor. */
export function hasId(schema: unknown): schema is SchemaObject {
  if (!isSchemaObject(schema)) return false
  const id = schema.$id ?? schema.id
  return typeof id === 'string' && id !== '' && !id.startsWith('#')
}

/** Every name that something inside a schema gives itself; the first one wins. */
function indexNames(root: SchemaObject): ReadonlyMap<string, SchemaObject> {
  const named = new Map<string, SchemaObject>()
  const open: object[] = [root]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isSchemaObject(value)) for (const name of namesOf(value)) if (!named.has(name)) named.set(name, value)
    for (const inside of Object.values(value)) if (typeof inside === 'object' && inside !== null) open.push(inside)
  }
  return named
}

function namesOf({ $id, id, $anchor, $dynamicAnchor }: SchemaObject): string[] {
  const names: string[] = []
  for (const own of [$id, id]) if (typeof own === 'string') names.push(own, own.replace(/#$/, ''))
  for (const anchor of [$anchor, $dynamicAnchor]) if (typeof anchor === 'string') names.push(`#${anchor}`)
  return names.filter((name) => name !== '')
}
