import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { inputSchema } from './input-schema.ts'
import { strictSchema } from './strict-schema.ts'

type Json = Record<string, unknown>

const ofProperties = (properties: Json, rest: Json = {}): Json =>
  strictSchema(inputSchema({ type: 'object', properties, ...rest }, 't'), 't')
const ofProperty = (schema: unknown, rest?: Json): unknown => (ofProperties({ p: schema }, rest).properties as Json).p

test('closes every object, and keeps which properties may be left out', () => {
  const inner = {
    type: 'object',
    properties: { x: { type: 'number' } },
    required: ['x', 'y'],
    additionalProperties: true,
  }
  expect(ofProperties({ inner, list: { type: 'array', items: inner } }, { required: ['list'] })).toEqual({
    type: 'object',
    properties: {
      inner: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'], additionalProperties: false },
      list: {
        type: 'array',
        items: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'], additionalProperties: false },
      },
    },
    required: ['list'],
    additionalProperties: false,
  })
  expect(ofProperties({})).toEqual({ type: 'object', properties: {}, additionalProperties: false })
})

test('tells constraints in words that a model cannot be held to', () => {
  expect(ofProperty({ type: 'string', description: 'A name.', pattern: '^a', maxLength: 3 })).toEqual({
    type: 'string',
    description: 'A name.\n\n(pattern: "^a"; maxLength: 3)',
  })
  expect(ofProperty({ type: 'number', minimum: 1, default: 2, title: 'N' })).toEqual({
    type: 'number',
    title: 'N',
    description: '(minimum: 1; default: 2)',
  })
  expect(ofProperty({ type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 4 })).toEqual({
    type: 'array',
    items: { type: 'string' },
    minItems: 1,
    description: '(maxItems: 4)',
  })
})

test('keeps formats that strict schemas know', () => {
  expect(ofProperty({ type: 'string', format: 'date-time' })).toEqual({ type: 'string', format: 'date-time' })
  expect(ofProperty({ type: 'string', format: 'iban' })).toEqual({ type: 'string', description: '(format: "iban")' })
})

test('writes alternatives as anyOf', () => {
  const branches = [{ type: 'string' }, { type: 'null' }]
  expect(ofProperty({ oneOf: branches })).toEqual({ anyOf: branches })
  expect(ofProperty({ type: ['string', 'null'], description: 'maybe' })).toEqual({
    anyOf: branches,
    description: 'maybe',
  })
  expect(ofProperty({ allOf: [{ type: 'string' }] })).toEqual({ type: 'string' })
})

test('keeps literals and references', () => {
  expect(ofProperty({ type: 'string', enum: ['a', 'b'] })).toEqual({ type: 'string', enum: ['a', 'b'] })
  expect(ofProperty({ type: ['string', 'null'], enum: ['a', null] })).toEqual({ enum: ['a', null] })
  expect(ofProperty({ const: 3 })).toEqual({ const: 3 })
  const $defs = { d: { type: 'object', properties: {}, additionalProperties: false } }
  expect(ofProperties({ p: { $ref: '#/$defs/d' }, q: { $ref: '#/$defs/d' } }, { $defs })).toMatchObject({
    properties: { p: { $ref: '#/$defs/d' }, q: { $ref: '#/$defs/d' } },
    $defs,
  })
})

test.for([
  [{}, /at \/properties\/p: a strict schema says of every value what it is; give it a type/],
  [true, /give it a type/],
  [{ type: 'array' }, /at \/properties\/p\/items/],
  [{ type: 'object' }, /no objects with properties of any name/],
  [
    { type: 'object', additionalProperties: { type: 'number' } },
    /properties of any name.*leave the tool out of strict/,
  ],
  [
    { type: 'object', patternProperties: {} },
    /at \/properties\/p\/patternProperties: strict tools know no patternProperties/,
  ],
  [{ type: 'array', prefixItems: [{ type: 'string' }] }, /know no prefixItems/],
  [{ enum: [{ a: 1 }] }, /no objects or arrays as literals/],
  [{ allOf: [{ type: 'object' }, { type: 'object' }] }, /no allOf of several/],
  [
    { type: 'object', properties: { x: { type: 'null' } }, anyOf: [{ type: 'object' }] },
    /no alternatives beside properties/,
  ],
  [{ $ref: '#/properties/p' }, /no recursive schemas/],
  [{ $ref: '#/$defs/gone' }, /leads to no schema/],
] as const)('refuses %j, with the place and what to do', ([schema, message]) => {
  expect(() => ofProperty(schema)).toThrow(message)
  expect(() => ofProperty(schema)).toThrow(/^tool 't': inputSchema at/)
})

test('refuses definitions that contain themselves', () => {
  const $defs = {
    a: { type: 'array', items: { $ref: '#/$defs/b' } },
    b: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/a' }] },
  }
  expect(() => ofProperty({ $ref: '#/$defs/a' }, { $defs })).toThrow(/recursive/)
})

test('gives what the SDK makes of the schemas of zod, but for its words', () => {
  const schema = z.object({
    city: z.string().min(1).describe('where'),
    unit: z.enum(['c', 'f']).optional(),
    at: z.iso.datetime().nullable(),
    stops: z.array(z.object({ x: z.number(), tags: z.array(z.string()).min(1) })),
    kind: z.discriminatedUnion('k', [z.object({ k: z.literal('a') }), z.object({ k: z.literal('b'), n: z.boolean() })]),
  })
  const { $schema: _, ...json } = z.toJSONSchema(schema)
  const withoutWords = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, part) => (key === 'description' ? undefined : part)))
  const withoutLiteralTypes = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_key, part) =>
        'enum' in Object(part) || 'const' in Object(part) ? { ...part, type: undefined } : part,
      ),
    )
  expect(withoutLiteralTypes(withoutWords(strictSchema(inputSchema(json, 't'), 't')))).toEqual(
    withoutLiteralTypes(withoutWords(transformJSONSchema(json as never))),
  )
})

test('whatever the schema, it is converted or refused by name', () => {
  const keyword = fc.constantFrom('type', 'properties', 'items', 'anyOf', '$ref', 'enum', '$defs')
  const outcome = (schema: Json): unknown => {
    try {
      return strictSchema(inputSchema(schema, 't'), 't').type
    } catch (error) {
      return String(error).startsWith("TypeError: tool 't': inputSchema") ? 'object' : error
    }
  }
  fc.assert(
    fc.property(fc.dictionary(keyword, fc.jsonValue()), (schema) => {
      expect(outcome(schema)).toBe('object')
    }),
  )
})
