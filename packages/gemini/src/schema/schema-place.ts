import { isRecord } from '../stream/json-fields.ts'

/** A JSON Schema that is an object. */
export type SchemaObject = Readonly<Record<string, unknown>>

/** Where in a tool's schema something stands: what an error names. */
export interface SchemaPlace {
  readonly tool: string
  readonly root: SchemaObject
  /** A JSON pointer as a fragment. */
  readonly pointer: string
  /** The definition that is being written: `#` or `#/$defs/…`. */
  readonly home: string
  /** References that are being replaced by what they lead to. */
  readonly inlined: readonly string[]
}

/** A place further down. */
export function below(place: SchemaPlace, ...keys: (string | number)[]): SchemaPlace {
  return { ...place, pointer: [place.pointer, ...keys.map(stepOf)].join('/') }
}

function stepOf(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The reference to a definition, as Gemini takes it. */
export function definitionRef(name: string): string {
  return `#/$defs/${stepOf(name)}`
}

/** What cannot be said to Gemini, and what to write instead. */
export function schemaError({ tool, pointer }: SchemaPlace, problem: string): TypeError {
  return new TypeError(`tool '${tool}': inputSchema at ${pointer}: ${problem}`)
}

/** The name of the definition that a reference leads to, under `$defs` or the older `definitions`. */
export function definitionName(ref: string): string | undefined {
  return /^#\/(?:\$defs|definitions)\/([^/]+)$/u.exec(ref)?.[1]
}

/** What a local reference leads to. Throws where there is nothing. */
export function resolveRef(place: SchemaPlace, ref: string): SchemaObject {
  if (!/^#(?:\/|$)/u.test(ref)) {
    throw schemaError(place, `'${ref}' is no pointer into this schema; put what it means under $defs and refer to that`)
  }
  let found: unknown = place.root
  for (const step of ref.split('/').slice(1)) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~')
    found = Array.isArray(found) ? found[Number(key)] : isRecord(found) ? found[key] : undefined
  }
  if (found === true) return {}
  if (!isRecord(found)) throw schemaError(place, `nothing is at '${ref}'`)
  return found
}

/** A pointer in a fragment is encoded as URLs are; one that is not is taken as it is. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

/** What a reference leads to, to be written in its place. Throws where that would have no end. */
export function inlineRef(place: SchemaPlace, ref: string): { schema: SchemaObject; place: SchemaPlace } {
  if (place.inlined.includes(ref)) {
    throw schemaError(
      place,
      `'${ref}' leads back to itself here; put what it leads to under $defs and refer to that alone`,
    )
  }
  return { schema: resolveRef(place, ref), place: { ...place, inlined: [...place.inlined, ref] } }
}
