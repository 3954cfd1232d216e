/** Throws a TypeError, or a RangeError, for an option that is not known or out of its range. */
export function checkReplyOptions(where: string, options: object, known: readonly string[]): void {
  const given: { readonly maxCharacters?: unknown; readonly async?: unknown } = options
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new TypeError(`${where}: unknown option '${unknown}'; known are ${known.join(', ')}`)
  const { maxCharacters, async: isAsync } = given
  if (maxCharacters !== undefined && !(typeof maxCharacters === 'number' && maxCharacters >= 0)) {
    throw new RangeError(`${where}: maxCharacters must be a number from 0 up`)
  }
  if (isAsync !== undefined && typeof isAsync !== 'boolean') throw new TypeError(`${where}: async must be a boolean`)
}
