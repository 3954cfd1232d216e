/**
 * A JSON Schema as the schema of a tool. An entry of its own, so that only its users load the validator, ajv.
 *
 * @module
 */

import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { checkCost } from './json-schema/check-cost.ts'
import { checkSource } from './json-schema/check-source.ts'
import { createValidator } from './json-schema/create-validator.ts'
import type { Schema } from './json-schema/json-types.ts'
import { normalizeSchema } from './json-schema/normalize/normalize-schema.ts'
import { writeFor } from './json-schema/normalize/write-for.ts'

/** What {@link jsonSchema} takes beside the schema. */
export interface JsonSchemaOptions {
  /**
   * False for a schema of a stranger, such as a remote server: patterns are not evaluated (the server checks itself),
   * and a schema is refused that is deeper than 64 levels, longer than 262,144 characters, or judges one value by more
   * than 10,000 schemas. True by default.
   */
  readonly trust?: boolean
}

/** A JSON Schema as a Standard Schema, which also gives the JSON Schema back. */
export interface JsonStandardSchema<T> {
  readonly '~standard': StandardJSONSchemaV1.Props<T> & {
    /** Answers at once. */
    readonly validate: (value: unknown) => StandardSchemaV1.Result<T>
  }
}

/**
 * Makes a Standard Schema of a JSON Schema, draft 2020-12 or an older one. Compiled when first used, once.
 *
 * Nothing is coerced. Defaults are filled in on a copy, and only where they fit their own schema; a value that needs
 * none is passed on as it is. Keywords and types that no draft knows, formats and references that lead nowhere are
 * ignored; names that other dialects use (`dict`, `float`, `tuple`, `nullable`, …) are understood. Throws for what is
 * no schema at all. Validation never throws.
 */
export function jsonSchema<T = Record<string, unknown>>(
  schema: object | boolean,
  options?: JsonSchemaOptions,
): JsonStandardSchema<T> {
  const trust = options?.trust ?? true
  checkSource(schema, trust)
  const rewrite = (patterns: boolean, annotations: boolean): Schema =>
    normalizeSchema(schema, { patterns, annotations })
  if (!trust) checkCost(rewrite(false, false))
  const write = ({ target }: StandardJSONSchemaV1.Options): Record<string, unknown> =>
    writeFor(target, rewrite(true, true))
  const validate = createValidator(() => rewrite(trust, false))
  return Object.freeze({
    '~standard': Object.freeze({
      version: 1,
      vendor: 'headrace',
      validate: validate as (value: unknown) => StandardSchemaV1.Result<T>,
      jsonSchema: Object.freeze({ input: write, output: write }),
    }),
  })
}
