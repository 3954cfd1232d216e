import { readText } from '../errors/safe-read.ts'

/** Writes the way to a value as code does: `items[2].price`, and `["a b"]` for keys that are no identifiers. */
export function formatPath(keys: readonly PropertyKey[]): string {
  let path = ''
  for (const key of keys) path += typeof key === 'number' ? `[${key}]` : formatKey(String(key), path === '')
  return path
}

function formatKey(key: string, first: boolean): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `[${JSON.stringify(key)}]`
  return first ? key : `.${key}`
}

/** Names the kind of a value for a message. */
export function describeKind(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

/** The start of what an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  const message = readText(error, 'message') ?? 'an unknown error'
  return message.length > 200 ? `${message.slice(0, 200)}…` : message
}
