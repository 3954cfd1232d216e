import { isRecord } from '../turn/json-record.ts'

/** The arguments of a tool of an SDK, as an object for a runtime, and as the tool itself takes them. */
export interface CallInput {
  /** What policies see. */
  readonly value: Readonly<Record<string, unknown>>
  /** What the tool is given, where an approval may have changed what policies have seen. */
  restore(value: unknown): unknown
}

/** Arguments may be JSON text, a parsed object, or whatever a schema has made of it. */
export function callInput(given: unknown): CallInput {
  const parsed = typeof given === 'string' ? parse(given) : given
  if (!isRecord(parsed)) return { value: { input: given }, restore: (value) => (isRecord(value) ? value.input : given) }
  const write = (value: unknown): unknown => (typeof given === 'string' ? JSON.stringify(value) : value)
  return { value: parsed, restore: (value) => (value === parsed ? given : write(value)) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the tool itself says what is wrong with its arguments
  }
}
