import { expect, test } from 'vitest'
import { z } from 'zod'
import { toStrictSchema } from './strict-schema.ts'

const object = (
  properties: Record<string, unknown>,
  required: readonly string[] = Object.keys(properties),
): object => ({
  type: 'object',
  properties,
  required,
})

const strict = (schema: object): object => toStrictSchema({ ...schema })
/** The strict form of a property that is required, or of one that is not. */
const property = (schema: unknown, isRequired = true): unknown => {
  const { properties } = toStrictSchema({ ...object({ a: schema }, isRequired ? ['a'] : []) })
  return (properties as { a: unknown }).a
}

test('objects are closed and require every property, in the order of the properties', () => {
  expect(strict(object({ b: { type: 'string' }, a: object({ c: { type: 'integer' } }) }))).toEqual({
    type: 'object',
    properties: {
      b: { type: 'string' },
      a: { type: 'object', properties: { c: { type: 'integer' } }, required: ['c'], additionalProperties: false },
    },
    required: ['b', 'a'],
    additionalProperties: false,
  })
  expect(strict({ type: 'object', properties: {} })).toEqual({
    type: 'object',
    properties: {},
    required: [],
    additionalProperties: false,
  })
})

test('an optional property may be null instead', () => {
  expect(property({ type: 'string', description: 'what' }, false)).toEqual({
    type: ['string', 'null'],
    description: 'what',
  })
  expect(property({ enum: ['a', 'b'] }, false)).toEqual({ type: ['string', 'null'], enum: ['a', 'b', null] })
  expect(property({ const: 1 }, false)).toEqual({ anyOf: [{ type: 'number', const: 1 }, { type: 'null' }] })
  expect(property({ type: 'array', items: { type: 'number' }, description: 'all' }, false)).toEqual({
    description: 'all',
    anyOf: [{ type: 'array', items: { type: 'number' } }, { type: 'null' }],
  })
  expect(property({ anyOf: [{ type: 'string' }, { type: 'number' }] }, false)).toEqual({
    anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }],
  })
})

test('an optional property that allows null already is left as it is', () => {
  expect(property({ type: ['string', 'null'] }, false)).toEqual({ type: ['string', 'null'] })
  expect(property({ anyOf: [{ type: 'string' }, { type: 'null' }] }, false)).toEqual({
    anyOf: [{ type: 'string' }, { type: 'null' }],
  })
})

test('rules that strict mode knows are kept', () => {
  const number = { type: 'number', minimum: 1, exclusiveMaximum: 9, multipleOf: 2 }
  expect(property(number)).toEqual(number)
  const list = { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string', format: 'uuid', pattern: '^a' } }
  expect(property(list)).toEqual(list)
})

test('rules and defaults that strict mode does not know become words', () => {
  expect(property({ type: 'string', minLength: 2, maxLength: 5, description: 'A code.', default: 'ab' })).toEqual({
    type: 'string',
    description: 'A code. At least 2 characters. At most 5 characters. Default: "ab".',
  })
  expect(property({ type: 'string', format: 'uri', contentEncoding: 'base64' })).toEqual({
    type: 'string',
    description: 'Encoding: base64. Format: uri.',
  })
  expect(property({ type: 'array', uniqueItems: true, items: { type: 'string', pattern: '^(?!a)' } })).toEqual({
    type: 'array',
    description: 'No item twice.',
    items: { type: 'string', description: 'Pattern: ^(?!a)' },
  })
  const email = property({ type: 'string', format: 'email', pattern: '^(?!\\.)' })
  expect(email).toEqual({ type: 'string', format: 'email' })
})

test('a type that is not written down is taken from the values', () => {
  expect(property({ enum: ['a', 1] })).toEqual({ type: ['string', 'number'], enum: ['a', 1] })
  expect(property({ properties: {} })).toMatchObject({ type: 'object' })
  expect(property({ items: { const: null } })).toEqual({ type: 'array', items: { type: 'null', const: null } })
})

test('oneOf becomes anyOf, and a type beside it goes into its branches', () => {
  const branches = [object({ a: { const: 'x' } }), { type: 'string' }]
  expect(property({ oneOf: branches, description: 'either' })).toMatchObject({
    description: 'either',
    anyOf: [{ type: 'object', additionalProperties: false }, { type: 'string' }],
  })
  expect(property({ type: 'string', anyOf: [{ enum: ['a'] }, { pattern: '^b' }] })).toEqual({
    anyOf: [
      { type: 'string', enum: ['a'] },
      { type: 'string', pattern: '^b' },
    ],
  })
})

test('an allOf of objects with properties of their own is one object', () => {
  const both = z.toJSONSchema(z.intersection(z.object({ a: z.string() }), z.object({ b: z.number().optional() })))
  expect(strict({ ...both, $schema: undefined })).toMatchObject({
    properties: { a: { type: 'string' }, b: { type: ['number', 'null'] } },
    required: ['a', 'b'],
  })
  expect(property({ allOf: [{ type: 'string' }], description: 'one' })).toEqual({ type: 'string', description: 'one' })
})

test('definitions and references to them are kept, also where a type is its own', () => {
  interface Tree {
    readonly name: string
    readonly children: readonly Tree[]
  }
  const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }))
  const schema = z.toJSONSchema(z.object({ root: tree, spare: tree.optional().describe('if any') }))
  const converted = strict({ ...schema }) as { properties: { root: { $ref: string } }; $defs: Record<string, object> }
  const { $ref } = converted.properties.root
  expect(converted).toMatchObject({
    properties: { root: { $ref }, spare: { description: 'if any', anyOf: [{ $ref }, { type: 'null' }] } },
    required: ['root', 'spare'],
  })
  const name = $ref.replace('#/$defs/', '')
  expect(converted.$defs[name]).toMatchObject({
    properties: { children: { items: { $ref } } },
    required: ['name', 'children'],
  })
})

test('a root that is a reference becomes the object that it refers to', () => {
  const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } }
  expect(strict({ $ref: '#/$defs/node', $defs: { node } })).toMatchObject({
    type: 'object',
    properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
    $defs: { node: { required: ['next'], additionalProperties: false } },
  })
})

test.each([
  [{ type: 'object' }, '#/properties/a', 'properties are not named'],
  [{}, '#/properties/a', 'anything goes'],
  [true, '#/properties/a', 'anything goes'],
  [{ type: 'array' }, '#/properties/a/items', 'anything goes'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, '#/properties/a/additionalProperties', 'any kind'],
  [{ type: 'object', properties: {}, additionalProperties: true }, '#/properties/a/additionalProperties', 'any kind'],
  [{ type: 'array', prefixItems: [{ type: 'string' }] }, '#/properties/a/prefixItems', 'prefixItems'],
  [{ type: 'string', not: { const: 'x' } }, '#/properties/a/not', 'not'],
  [{ allOf: [{ type: 'string' }, { pattern: 'x' }] }, '#/properties/a/allOf', 'allOf'],
  [{ ...object({}), anyOf: [{ required: ['b'] }] }, '#/properties/a/anyOf', 'beside other rules'],
  [{ $ref: 'https://example.org/a' }, '#/properties/a/$ref', 'other than a definition'],
  [{ type: 'file' }, '#/properties/a/type', 'file'],
])('what cannot be said is refused with its place: %j', (schema, place, what) => {
  expect(() => property(schema)).toThrow(what)
  expect(() => property(schema)).toThrow(expect.objectContaining({ place }))
})

test("OpenAI's limits are held", () => {
  const names = Array.from({ length: 5001 }, (_, at) => [`n${at}`, { type: 'string' }] as const)
  expect(() => strict(object(Object.fromEntries(names)))).toThrow('5,000 properties')
  expect(() => property({ enum: Array.from({ length: 1001 }, (_, at) => at) })).toThrow('1,000 values')
  expect(() => property({ enum: Array.from({ length: 300 }, (_, at) => `${at}`.padStart(60)) })).toThrow('15,000')
  expect(() => property({ const: 'x'.repeat(120_001) })).toThrow('120,000')
  let deep: object = { type: 'string' }
  for (let level = 0; level < 9; level += 1) deep = object({ a: deep })
  expect(() => strict(object({ a: deep }))).not.toThrow()
  expect(() => strict(object({ a: object({ a: deep }) }))).toThrow('10 objects')
  let unions: object = { type: 'string' }
  for (let level = 0; level < 5000; level += 1) unions = { anyOf: [unions] }
  expect(() => property(unions)).toThrow('64 schemas')
})

test('the schema that is given is not changed', () => {
  const schema = { ...object({ a: { type: 'string', default: 'x' } }, []), $defs: { b: { type: 'string' } } }
  const before = structuredClone(schema)
  strict(schema)
  expect(schema).toEqual(before)
})
