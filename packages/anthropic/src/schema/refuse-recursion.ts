import { isSchema, placeIn, resolveRef, type Schema, type SchemaPlace, schemaError } from './json-schema.ts'

interface Walk {
  readonly root: Schema
  readonly place: SchemaPlace
  /** References that are being followed. */
  readonly within: readonly string[]
  /** References that have been followed to their ends. */
  readonly done: Set<string>
}

/** Throws for a schema that contains itself, and for a reference that leads out of the schema. */
export function refuseRecursion(root: Schema, place: SchemaPlace): void {
  walkPart(root, { root, place, within: [], done: new Set() })
}

function walkPart(part: unknown, walk: Walk): void {
  if (typeof part !== 'object' || part === null) return
  const ref = isSchema(part) ? part.$ref : undefined
  if (typeof ref === 'string') follow(ref, walk)
  for (const [key, value] of Object.entries(part)) walkPart(value, { ...walk, place: placeIn(walk.place, key) })
}

function follow(ref: string, walk: Walk): void {
  const { root, place, within, done } = walk
  if (within.includes(ref)) {
    throw schemaError(
      place,
      'strict tools know no recursive schemas; give it a fixed depth, or leave the tool out of strict',
    )
  }
  if (done.has(ref)) return
  const target = resolveRef(root, ref)
  if (target === undefined) throw schemaError(place, `$ref ${JSON.stringify(ref)} leads to no schema in it`)
  walkPart(target, { ...walk, within: [...within, ref] })
  done.add(ref)
}
