/** Limits of what is kept in this process. */
export interface Limits {
  readonly maxEntries?: number | undefined
  readonly maxBytes?: number | undefined
}

const known = ['maxEntries', 'maxBytes']
// A Map has no more.
const mostEntries = 2 ** 24

/** Throws where a limit makes no sense, with its name and what it takes. */
export function checkLimits(where: string, options: Limits): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${where}: the options must be an object`)
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw new TypeError(`${where}: unknown option '${unknown}'; known are ${known.join(', ')}`)
  }
  checkCount(where, 'maxEntries', options.maxEntries, mostEntries)
  checkCount(where, 'maxBytes', options.maxBytes, Number.MAX_SAFE_INTEGER)
}

function checkCount(where: string, name: string, value: unknown, max: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= max)) return
  const highest = max === Number.MAX_SAFE_INTEGER ? '' : ` and <= ${max}`
  throw new RangeError(`${where}: ${name} must be an integer >= 1${highest}, got ${JSON.stringify(value) ?? 'nothing'}`)
}
