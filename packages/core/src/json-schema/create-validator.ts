import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type CompiledSchema, compileSchema } from './compile-schema.ts'
import { describeFaults } from './issues/describe-faults.ts'
import type { Schema } from './json-types.ts'
import { createDefaults, type FillDefaults } from './schema-defaults.ts'

interface Prepared extends CompiledSchema {
  readonly schema: Schema
  readonly fill: FillDefaults | undefined
}

/** Makes the `validate` of a schema that is written and compiled at the first value. Never throws. */
export function createValidator(write: () => Schema): (value: unknown) => StandardSchemaV1.Result<unknown> {
  let prepared: Prepared | undefined
  return (value) => {
    try {
      prepared ??= prepare(write())
      const { fill, isValid } = prepared
      const filled = fill === undefined ? value : fill(value)
      if (isValid(filled)) return { value: filled }
      // A default may break a rule about the whole, such as `maxProperties`: what is valid as given stays valid.
      if (filled !== value && isValid(value)) return { value }
      return { issues: describeFaults(prepared.faults(filled), filled, prepared.schema) }
    } catch (error) {
      return { issues: [{ message: reasonOf(error) }] }
    }
  }
}

function prepare(schema: Schema): Prepared {
  return { schema, fill: createDefaults(schema), ...compileSchema(schema) }
}

/** ajv recurses as deep as the value goes. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'is nested too deeply to be checked'
  return `cannot be checked: ${error instanceof Error ? error.message : 'unknown error'}`
}
