import type { JsonRecord } from '../turn/json-record.ts'

/** What a schema says and strict mode does not take, as words for the model; the runtime still checks it. */
export function schemaNotes(schema: JsonRecord): readonly string[] {
  const { minLength, maxLength, minProperties, maxProperties, contentEncoding, contentMediaType } = schema
  const notes: string[] = []
  if (typeof minLength === 'number') notes.push(`At least ${minLength} characters.`)
  if (typeof maxLength === 'number') notes.push(`At most ${maxLength} characters.`)
  if (typeof minProperties === 'number') notes.push(`At least ${minProperties} entries.`)
  if (typeof maxProperties === 'number') notes.push(`At most ${maxProperties} entries.`)
  if (schema.uniqueItems === true) notes.push('No item twice.')
  if (typeof contentEncoding === 'string') notes.push(`Encoding: ${contentEncoding}.`)
  if (typeof contentMediaType === 'string') notes.push(`Media type: ${contentMediaType}.`)
  if (typeof schema.format === 'string' && !strictFormats.has(schema.format)) notes.push(`Format: ${schema.format}.`)
  if (typeof schema.pattern === 'string' && !isStrictPattern(schema.pattern) && schema.format === undefined) {
    notes.push(`Pattern: ${schema.pattern}`)
  }
  if (schema.default !== undefined) notes.push(`Default: ${JSON.stringify(schema.default)}.`)
  return notes
}

/** The formats of strings that strict mode knows. */
export const strictFormats: ReadonlySet<string> = new Set([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
])

/** Strict mode takes patterns that neither look around nor refer back. */
export function isStrictPattern(pattern: string): boolean {
  return !/\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)
}
