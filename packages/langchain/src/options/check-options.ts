type Kind = 'function' | 'number' | 'object'

/** Throws a TypeError for an option that nobody reads, and for one that is of another kind; undefined is none. */
export function checkOptions(where: string, options: object, known: Readonly<Record<string, Kind>>): void {
  for (const [key, value] of Object.entries(options)) {
    const kind = known[key]
    if (kind === undefined) {
      throw new TypeError(`${where}: unknown option '${key}'; known are ${Object.keys(known).join(', ')}`)
    }
    if (value === undefined || (typeof value === kind && value !== null)) continue
    throw new TypeError(`${where}: ${key} must be ${kind === 'object' ? 'an' : 'a'} ${kind}, got ${String(value)}`)
  }
}
