/** What a known option has to be: of a type, an integer from 1 up or Infinity, one of some texts, or what its reader takes. */
export type OptionKind = 'boolean' | 'number' | 'function' | 'object' | 'count' | 'any' | readonly string[]

/** Throws an error for an option that nobody reads, and for one that is not of its kind; undefined is none. */
export function checkOptions(where: string, options: object, known: Readonly<Record<string, OptionKind>>): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = known[name]
    if (kind === undefined) {
      throw new TypeError(`${where}: unknown option '${name}'; known are ${Object.keys(known).join(', ')}`)
    }
    if (value === undefined || isOfKind(value, kind)) continue
    const message = `${where}: ${name} must be ${describe(kind)}, got ${show(value)}`
    throw kind === 'count' ? new RangeError(message) : new TypeError(message)
  }
}

function isOfKind(value: unknown, kind: OptionKind): boolean {
  if (kind === 'any') return true
  if (kind === 'count') return (Number.isInteger(value) || value === Number.POSITIVE_INFINITY) && Number(value) >= 1
  return typeof kind === 'string' ? value !== null && typeof value === kind : kind.includes(String(value))
}

function describe(kind: OptionKind): string {
  if (typeof kind !== 'string') return kind.map(show).join(' or ')
  if (kind === 'count') return 'an integer >= 1 or Infinity'
  return kind === 'object' ? 'an object' : `a ${kind}`
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
