import { expect, test } from 'vitest'
import { toLooseSchema } from './loose-schema.ts'

test('a schema stays as it is, but that arrays say what they hold', () => {
  const properties = {
    map: { type: 'object', additionalProperties: { type: 'array' } },
    pair: { type: 'array', prefixItems: [{ type: 'string' }], items: false },
    any: { anyOf: [{ type: 'array', items: { type: 'string' } }, true] },
  }
  expect(toLooseSchema({ type: 'object', properties, $defs: { list: { type: ['array', 'null'] } } })).toEqual({
    type: 'object',
    properties: {
      map: { type: 'object', additionalProperties: { type: 'array', items: {} } },
      pair: { type: 'array', prefixItems: [{ type: 'string' }], items: {} },
      any: { anyOf: [{ type: 'array', items: { type: 'string' } }, true] },
    },
    $defs: { list: { type: ['array', 'null'], items: {} } },
  })
})

test('a root without type or properties is an object without any', () => {
  expect(toLooseSchema({})).toEqual({ type: 'object', properties: {} })
  expect(toLooseSchema({ type: ['object', 'null'] })).toEqual({ type: 'object', properties: {} })
})

test.each([
  [{ type: 'string' }, '#'],
  [{ anyOf: [{ type: 'object' }] }, '#/anyOf'],
  [{ oneOf: [] }, '#/oneOf'],
  [{ allOf: [{ type: 'object', properties: { a: {} } }, { properties: { a: {} } }] }, '#/allOf'],
  [{ $ref: '#/$defs/none' }, '#/$ref'],
  [{ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, '#/$ref'],
])('a root that can be no object is refused with its place: %j', (schema, place) => {
  expect(() => toLooseSchema(schema)).toThrow(expect.objectContaining({ name: 'SchemaFault', place }))
})
