import { readProperty, readText } from '../errors/safe-read.ts'

/** Says in words what a value is that is no plain JSON, in square brackets. Texts in it go through `redact`. */
export function describeOddity(value: unknown, redact: (text: string) => string): string {
  switch (typeof value) {
    case 'number':
      return `[${value}]`
    case 'bigint':
      return redact(`[bigint ${value}]`)
    case 'object':
      return value === null ? '[null]' : `[${describeObject(value, redact)}]`
    default:
      return `[${typeof value}]`
  }
}

function describeObject(value: object, redact: (text: string) => string): string {
  if (value instanceof Date) return `Date ${Number.isNaN(value.getTime()) ? 'without a time' : value.toISOString()}`
  if (value instanceof Error)
    return redact(`${readText(value, 'name') ?? 'Error'}: ${readText(value, 'message') ?? ''}`)
  const name = readText(readProperty(value, 'constructor'), 'name')?.slice(0, 64) ?? 'object'
  if (value instanceof Map || value instanceof Set) return `${name} of ${value.size}`
  if (ArrayBuffer.isView(value)) return `${name} of ${value.byteLength} bytes`
  return name
}
