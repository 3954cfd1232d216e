import { isSchemaObject } from '../json-types.ts'

const maxLength = 200

/** What a schema asks for, in few words; undefined where there is no short way to say it. */
export function expectedBy(schema: unknown): string | undefined {
  if (!isSchemaObject(schema)) return undefined
  if ('const' in schema) return shorten(JSON.stringify(schema.const))
  if (Array.isArray(schema.enum)) return oneOf(schema.enum)
  if (typeof schema.type === 'string') return schema.type
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  const branches = schema.anyOf ?? schema.oneOf
  return Array.isArray(branches) ? expectedByAny(branches) : undefined
}

/** What one of several schemas asks for. */
export function expectedByAny(branches: readonly unknown[]): string | undefined {
  const words = branches.map(expectedBy)
  if (words.some((word) => word === undefined)) return undefined
  return shorten([...new Set(words)].join(' or '))
}

/** The values of an `enum`, as a model would write them. */
export function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value))
  return shown.length === 1 ? shorten(shown.join()) : shorten(`one of ${shown.join(', ')}`)
}

function shorten(text: string | undefined): string {
  if (text === undefined) return 'nothing'
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}
