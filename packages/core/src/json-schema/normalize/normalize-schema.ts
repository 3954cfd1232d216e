import { isSchemaObject, type Schema, type SchemaObject } from '../json-types.ts'
import { copyApplicators } from './copy-applicators.ts'
import { copyAssertions } from './copy-assertions.ts'
import type { NormalizeOptions, SchemaWriter } from './normalize-options.ts'
import { createRefResolver, hasId, type RefTarget } from './schema-refs.ts'

/** Where the targets of references go: each one once, under a name of its own. */
interface Definitions {
  refer(target: RefTarget & { readonly schema: SchemaObject }): string
  write(writer: SchemaWriter): SchemaObject | undefined
}

/**
 * Rewrites any JSON Schema, draft 3 to 2020-12 or a dialect of it, as one of draft 2020-12 that says the same. What
 * is in no draft, has the wrong shape or leads nowhere is left out: it allows everything. The target of a reference
 * becomes an entry of `$defs`, so that recursive schemas stay finite.
 */
export function normalizeSchema(source: Schema, options: NormalizeOptions): Schema {
  if (!isSchemaObject(source)) return source
  const definitions = createDefinitions(source)
  const resolve = createRefResolver(source)
  const writer: SchemaWriter = {
    ...options,
    write(schema, parent) {
      if (!isSchemaObject(schema)) return schema !== false
      const resource = hasId(schema) ? schema : parent
      const written = { ...copyAssertions(schema, writer), ...copyApplicators(schema, resource, writer) }
      const ref = schema.$ref ?? schema.$dynamicRef ?? schema.$recursiveRef
      const target = typeof ref === 'string' ? resolve(ref, resource) : undefined
      if (target?.schema === false) return false
      return inOrderOf(schema, isTarget(target) ? { $ref: definitions.refer(target), ...written } : written)
    },
  }
  const written = writer.write(source, source)
  const $defs = definitions.write(writer)
  return isSchemaObject(written) && $defs ? { ...written, $defs } : written
}

/** Models read a schema from its beginning: what stood first stays first. */
function inOrderOf(source: SchemaObject, written: SchemaObject): SchemaObject {
  const ordered: Record<string, unknown> = {}
  for (const key of Object.keys(source)) if (Object.hasOwn(written, key)) ordered[key] = written[key]
  return { ...ordered, ...written }
}

function isTarget(target: RefTarget | undefined): target is RefTarget & { readonly schema: SchemaObject } {
  return isSchemaObject(target?.schema)
}

function createDefinitions(root: SchemaObject): Definitions {
  const refs = new Map<SchemaObject, string>([[root, '#']])
  const waiting = new Map<string, RefTarget>()
  return {
    refer(target) {
      const known = refs.get(target.schema)
      if (known !== undefined) return known
      const name = freeName(target.name, waiting)
      waiting.set(name, target)
      refs.set(target.schema, `#/$defs/${name}`)
      return `#/$defs/${name}`
    },
    write(writer) {
      const written: [string, Schema][] = []
      // A Map gives what is added while it is walked: the targets of references inside targets.
      for (const [name, { schema, resource }] of waiting) written.push([name, writer.write(schema, resource)])
      return written.length === 0 ? undefined : Object.fromEntries(written)
    },
  }
}

function freeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = wanted.replace(/[^\w.-]/g, '_').replace(/^_+$/, '') || 'schema'
  let name = plain
  for (let count = 2; taken.has(name); count += 1) name = `${plain}_${count}`
  return name
}
