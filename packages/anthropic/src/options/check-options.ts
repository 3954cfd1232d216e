/** Throws a TypeError for an option that nobody reads. */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown option '${key}'; known are ${known.join(', ')}`)
  }
}
