import type { SchemaObject } from '../json-types.ts'

/** What is wrong with a value in one place, in ajv's terms. */
export interface SchemaFault {
  readonly keyword: string
  /** JSON Pointer into the value. */
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string | undefined
  /** The value of the keyword. */
  readonly schema?: unknown
  /** The schema that holds the keyword. */
  readonly parentSchema?: SchemaObject | undefined
  /** The value that is judged. */
  readonly data?: unknown
}
