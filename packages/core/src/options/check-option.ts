/** Which numbers an option takes. */
export interface NumberRange {
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
  /** Refuses `min` itself. */
  readonly aboveMin?: boolean
  /** Takes Infinity too. */
  readonly infinite?: boolean
}

/** Throws a RangeError that names the option and its range, unless `value` is undefined or fits. */
export function checkNumber(where: string, name: string, value: unknown, range: NumberRange): void {
  if (value === undefined) return
  if (typeof value === 'number' && fits(value, range)) return
  throw new RangeError(`${where}: ${name} must be ${describe(range)}, got ${show(value)}`)
}

/** Throws a TypeError that names the option and what it takes, unless `value` is undefined or one of `allowed`. */
export function checkOneOf(where: string, name: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return
  throw new TypeError(`${where}: ${name} must be ${allowed.map(show).join(' or ')}, got ${show(value)}`)
}

/** Throws a TypeError that names the option, unless `value` is undefined or a function. */
export function checkFunction(where: string, name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new TypeError(`${where}: ${name} must be a function, got ${show(value)}`)
}

/** Throws a TypeError that names the option, unless `value` is undefined or a string. */
export function checkString(where: string, name: string, value: unknown): void {
  if (value === undefined || typeof value === 'string') return
  throw new TypeError(`${where}: ${name} must be a string, got ${kindOf(value)}`)
}

/** What a function of the user's has given; throws a TypeError where that is no string. */
export function givenString(where: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`${where} must give a string, got ${kindOf(value)}`)
}

/** Throws a TypeError unless `value` is an object and no array. `what` names it; `kind` is what is right. */
export function checkObject(what: string, value: unknown, kind = 'an object'): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw new TypeError(`${what} must be ${kind}, got ${show(value)}`)
}

/** Throws a TypeError unless `options` is an object, and one that names a key nobody reads: most often it is misspelt. */
export function checkKeys(where: string, options: object, known: readonly string[]): void {
  checkObject(where, options)
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown option '${key}'; known are ${known.join(', ')}`)
  }
}

function fits(value: number, range: NumberRange): boolean {
  if (Number.isNaN(value)) return false
  if (!Number.isFinite(value)) return value > 0 && range.infinite === true
  if (range.integer && !Number.isInteger(value)) return false
  if (range.min !== undefined && (range.aboveMin ? value <= range.min : value < range.min)) return false
  return range.max === undefined || value <= range.max
}

function describe(range: NumberRange): string {
  const what = range.integer ? 'an integer' : 'a number'
  const low = range.min === undefined ? '' : range.aboveMin ? ` > ${range.min}` : ` >= ${range.min}`
  const high = range.max === undefined ? '' : ` <= ${range.max}`
  return `${what}${low}${low && high ? ' and' : ''}${high}${range.infinite ? ' or Infinity' : ''}`
}

/** Names a value for a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** Names the kind of a value for a message that is not to show it. */
export function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
}
