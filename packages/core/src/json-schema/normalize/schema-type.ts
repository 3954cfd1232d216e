/** Names of types that real schemas use: other languages', other dialects'. In lower case. */
const names: ReadonlyMap<string, string> = new Map([
  ...['string', 'str', 'text', 'char'].map((name) => [name, 'string'] as const),
  ...['integer', 'int', 'int32', 'int64', 'long', 'short', 'byte', 'bigint'].map((name) => [name, 'integer'] as const),
  ...['number', 'float', 'double', 'decimal'].map((name) => [name, 'number'] as const),
  ...['boolean', 'bool'].map((name) => [name, 'boolean'] as const),
  ...['object', 'dict', 'map', 'hashmap', 'hashtable'].map((name) => [name, 'object'] as const),
  ...['array', 'list', 'tuple', 'set', 'arraylist', 'queue', 'stack'].map((name) => [name, 'array'] as const),
  ...['null', 'none', 'nonetype'].map((name) => [name, 'null'] as const),
])

/**
 * The `type` of a schema in JSON Schema's own words; undefined where it allows anything: `any`, a name that nobody
 * knows, or a shape that is no type. `nullable` of OpenAPI adds null.
 */
export function normalizeType(type: unknown, nullable: boolean): string | string[] | undefined {
  const known = new Set<string>()
  for (const name of Array.isArray(type) ? type : [type]) {
    const meant = typeof name === 'string' ? names.get(name.toLowerCase()) : undefined
    if (meant === undefined) return undefined
    known.add(meant)
  }
  if (nullable) known.add('null')
  const [first] = known
  return known.size === 1 ? first : known.size === 0 ? undefined : [...known]
}
