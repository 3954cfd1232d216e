import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputSchema } from './input-schema.ts'

test('leaves a schema as it is that Anthropic takes', () => {
  const schema = {
    type: 'object',
    properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'b.c-d': { $ref: '#/$defs/d' } },
    $defs: { d: { type: 'array', prefixItems: [true], minItems: 7 } },
    additionalProperties: { type: 'number' },
  }
  expect(inputSchema(schema, 't')).toEqual(schema)
})

test('a schema that says nothing is an object', () => {
  expect(inputSchema({}, 't')).toEqual({ type: 'object' })
})

test('puts the definition in the place of a reference at the root', () => {
  const Node = z.object({
    get next() {
      return Node.optional()
    },
  })
  const { $schema: _, ...schema } = z.toJSONSchema(Node)
  expect(inputSchema(schema, 't')).toMatchObject({ type: 'object', properties: { next: { $ref: '#' } } })
  const $defs = { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } }
  expect(inputSchema({ $ref: '#/$defs/node', $defs }, 't')).toEqual({ ...$defs.node, $defs })
})

test('tells alternatives in words that only constrain the properties', () => {
  const properties = { a: { type: 'string' }, b: { type: 'string' } }
  const anyOf = [{ required: ['a'] }, { required: ['b'] }]
  expect(inputSchema({ type: 'object', description: 'Either.', properties, anyOf }, 't')).toEqual({
    type: 'object',
    description: 'Either.\n\n(anyOf: [{"required":["a"]},{"required":["b"]}])',
    properties,
  })
})

test.for([
  [{ anyOf: [{ type: 'object' }] }, /at \/anyOf: Anthropic takes no anyOf at the root.*declare one object/],
  [{ type: 'object', properties: {}, oneOf: [{ properties: {} }] }, /at \/oneOf: Anthropic takes no oneOf/],
  [{ type: 'string' }, /a tool takes an object, not "string"; put the value into a property/],
  [{ $ref: '#/$defs/gone' }, /\$ref "#\/\$defs\/gone" leads to no schema/],
  [{ $ref: '#/%' }, /leads to no schema/],
  [{ $ref: 'https://example.com/schema' }, /leads to no schema/],
  [{ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, /leads to no schema/],
  [{ type: 'object', properties: { ['x'.repeat(65)]: {} } }, /1 to 64 letters.*rename/],
] as const)('refuses %j', ([schema, message]) => {
  expect(() => inputSchema(schema, 't')).toThrow(message)
  expect(() => inputSchema(schema, 't')).toThrow(/^tool 't': inputSchema/)
})
