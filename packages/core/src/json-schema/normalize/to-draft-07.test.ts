import { expect, test } from 'vitest'
import { jsonSchema } from '../../json-schema.ts'

const draft07 = (schema: object | boolean): unknown =>
  jsonSchema(schema)['~standard'].jsonSchema.input({ target: 'draft-07' })

test('definitions, tuples and dependencies have their old names', () => {
  const schema = {
    properties: { a: { $ref: '#/$defs/b' }, prefixItems: { type: 'string' } },
    dependentRequired: { a: ['b'] },
    dependentSchemas: { c: { prefixItems: [true], items: false } },
    $defs: { b: { anyOf: [{ prefixItems: [{ type: 'string' }] }] } },
  }
  expect(draft07(schema)).toEqual({
    properties: { a: { $ref: '#/definitions/b' }, prefixItems: { type: 'string' } },
    dependencies: { a: ['b'], c: { items: [true], additionalItems: false } },
    definitions: { b: { anyOf: [{ items: [{ type: 'string' }] }] } },
  })
})

test('a boolean schema is written as an object', () => {
  expect([draft07(true), draft07(false)]).toEqual([{}, { not: {} }])
})
