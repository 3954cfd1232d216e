/** Throws a RangeError unless the option is a number of milliseconds above 0. */
export function checkTime(where: string, name: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return
  throw new RangeError(`${where}: ${name} must be a number > 0`)
}

/** Throws a TypeError unless `options` is an object without keys that nobody reads. No value is shown: it may be secret. */
export function checkKeys(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${where} must be an object`)
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown option '${key}'; known are ${known.join(', ')}`)
  }
}
