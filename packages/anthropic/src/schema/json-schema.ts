/** A JSON Schema, draft 2020-12, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>

/** Where in which tool's schema something stands. */
export interface SchemaPlace {
  readonly tool: string
  /** A JSON pointer; empty for the whole schema. */
  readonly path: string
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A schema below a place. */
export function placeIn({ tool, path }: SchemaPlace, ...keys: readonly (string | number)[]): SchemaPlace {
  const escaped = keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return { tool, path: path + escaped.join('') }
}

/** An error that names the tool and the place, and says what to do. */
export function schemaError({ tool, path }: SchemaPlace, problem: string): TypeError {
  return new TypeError(`tool '${tool}': inputSchema${path === '' ? '' : ` at ${path}`}: ${problem}`)
}

/** The part of a schema that a `$ref` points to; undefined where it points nowhere in it. */
export function resolveRef(root: Schema, ref: string): Schema | undefined {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined
  let part: unknown = root
  for (const key of ref.split('/').slice(1)) {
    const name = decoded(key).replaceAll('~1', '/').replaceAll('~0', '~')
    part = typeof part === 'object' && part !== null && Object.hasOwn(part, name) ? Reflect.get(part, name) : undefined
  }
  return isSchema(part) ? part : undefined
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** A schema with keywords written into its description, for a model that is not held to them otherwise. */
export function withNotes(schema: Schema, notes: Schema): Schema {
  const entries = Object.entries(notes).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  if (entries.length === 0) return schema
  const { description } = schema
  const before = typeof description === 'string' && description !== '' ? `${description}\n\n` : ''
  return { ...schema, description: `${before}(${entries.join('; ')})` }
}
