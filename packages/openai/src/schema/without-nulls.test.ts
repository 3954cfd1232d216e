import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { withoutNulls } from './without-nulls.ts'

const cleaned = (value: unknown, schema: z.ZodType): unknown =>
  withoutNulls(JSON.stringify(value), z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>)

test('nulls of optional properties that have no null go, at any depth', () => {
  const schema = z.object({
    a: z.string().optional(),
    b: z.object({ c: z.number().default(1), d: z.string() }),
    list: z.array(z.object({ e: z.boolean().optional() })),
  })
  expect(cleaned({ a: null, b: { c: null, d: 'x' }, list: [{ e: null }, { e: true }] }, schema)).toEqual({
    b: { d: 'x' },
    list: [{}, { e: true }],
  })
})

test('nulls that the schema allows or requires to be something stay', () => {
  const schema = z.object({ a: z.string().nullish(), b: z.string(), c: z.unknown().optional() })
  const text = '{"a":null,"b":null,"c":null,"d":null}'
  expect(withoutNulls(text, z.toJSONSchema(schema) as Record<string, unknown>)).toBe(text)
})

test('a union is followed by the alternative that the object was written for', () => {
  const schema = z.object({
    pet: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('cat'), age: z.number().nullable() }),
      z.object({ kind: z.literal('dog'), age: z.number().optional() }),
    ]),
    size: z.union([z.object({ w: z.number(), h: z.number().optional() }), z.object({ r: z.number().optional() })]),
  })
  expect(cleaned({ pet: { kind: 'dog', age: null }, size: { w: 1, h: null } }, schema)).toEqual({
    pet: { kind: 'dog' },
    size: { w: 1 },
  })
  const cat = { pet: { kind: 'cat', age: null }, size: { r: 1 } }
  expect(cleaned(cat, schema)).toBe(JSON.stringify(cat))
})

test('references are followed, also where a type is its own', () => {
  const tree: z.ZodType = z.lazy(() => z.object({ next: tree.optional() }))
  expect(cleaned({ next: { next: { next: null } } }, z.object({ next: tree }))).toEqual({ next: { next: {} } })
})

test('text that is no JSON, too long or without null is left as it is', () => {
  const schema = z.toJSONSchema(z.object({ a: z.string().optional() })) as Record<string, unknown>
  for (const text of ['{"a":null', '', '{"a":"x"}', '[null]', `{"a":null,"b":"${'x'.repeat(1_048_577)}"}`]) {
    expect(withoutNulls(text, schema)).toBe(text)
  }
})

test('keys of a prototype are no properties', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  const value = withoutNulls('{"__proto__":{"x":null},"a":null}', schema) as object
  expect(Object.keys(value)).toEqual(['__proto__'])
})

test('what is left out and what is null give the same arguments', () => {
  const shape = { a: z.string(), b: z.number(), c: z.array(z.string()), d: z.object({ e: z.string().optional() }) }
  const schema = z.object(shape).partial()
  const values = fc.record(
    { a: fc.string(), b: fc.integer(), c: fc.array(fc.string()), d: fc.constant({ e: 'x' }) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(values, (value) => {
      const full = { a: null, b: null, c: null, d: null, ...value }
      const back = cleaned(full, schema)
      expect(typeof back === 'string' ? JSON.parse(back) : back).toEqual(value)
    }),
  )
})

test('deep arguments do not overflow the stack', () => {
  const schema = { type: 'object', properties: { a: { $ref: '#' } } }
  const text = `${'{"a":'.repeat(50_000)}null${'}'.repeat(50_000)}`
  expect(withoutNulls(text, schema)).toBe(text)
})
