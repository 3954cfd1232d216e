/** What a known option has to be: a type of JavaScript, or one of some texts. */
export type OptionKind = 'boolean' | 'number' | 'function' | 'object' | readonly string[]

/** Throws a TypeError for an option that nobody reads, and for one that is not of its kind. */
export function checkOptions(where: string, options: object, known: Readonly<Record<string, OptionKind>>): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = known[name]
    if (value === undefined) continue
    if (kind === undefined) {
      throw new TypeError(`${where}: unknown option '${name}'; known are ${Object.keys(known).join(', ')}`)
    }
    if (isOfKind(value, kind)) continue
    const right = typeof kind === 'string' ? `${kind === 'object' ? 'an' : 'a'} ${kind}` : `one of ${kind.join(', ')}`
    throw new TypeError(`${where}: ${name} must be ${right}, got ${String(value)}`)
  }
}

function isOfKind(value: unknown, kind: OptionKind): boolean {
  return typeof kind === 'string' ? value !== null && typeof value === kind : kind.includes(String(value))
}
