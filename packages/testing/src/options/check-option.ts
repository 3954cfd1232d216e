/** Which numbers an option takes. */
export interface NumberRange {
  readonly min: number
  readonly max?: number
  readonly integer?: boolean
}

/** Throws a RangeError that names the option and its range, unless `value` is undefined or fits. */
export function checkNumber(where: string, name: string, value: unknown, range: NumberRange): void {
  const { min, max = Number.MAX_VALUE, integer = false } = range
  if (value === undefined) return
  const fits = typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value))
  if (fits) return
  const high = range.max === undefined ? '' : ` and <= ${max}`
  throw new RangeError(
    `${where}: ${name} must be ${integer ? 'an integer' : 'a number'} >= ${min}${high}, got ${show(value)}`,
  )
}

/** Throws a TypeError that names the option and what it takes, unless `value` is undefined or one of `allowed`. */
export function checkOneOf(where: string, name: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return
  throw new TypeError(`${where}: ${name} must be ${allowed.map(show).join(' or ')}, got ${show(value)}`)
}

/** Throws a TypeError that names the option, unless `value` is undefined or an array. */
export function checkArray(where: string, name: string, value: unknown): void {
  if (value === undefined || Array.isArray(value)) return
  throw new TypeError(`${where}: ${name} must be an array, got ${show(value)}`)
}

/** Throws a TypeError that names the option, unless `value` is undefined or a function. */
export function checkFunction(where: string, name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new TypeError(`${where}: ${name} must be a function, got ${show(value)}`)
}

/** Throws a TypeError unless `options` is an object, and one that names a key nobody reads: most often it is misspelt. */
export function checkKeys(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${where} must be an object, got ${show(options)}`)
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown option '${key}'; known are ${known.join(', ')}`)
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}
