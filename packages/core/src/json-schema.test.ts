import { expect, test } from 'vitest'
import { cpuTime } from '../test/fixture/cpu-time.ts'
import { jsonSchema } from './json-schema.ts'

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const check = (schema: object | boolean, value: unknown, trust = true) =>
  jsonSchema(schema, { trust })['~standard'].validate(value)
const isValid = (schema: object | boolean, value: unknown, trust = true): boolean =>
  !('issues' in check(schema, value, trust))

test('is a Standard Schema that validates', () => {
  const { version, vendor } = jsonSchema(city)['~standard']
  expect([version, vendor]).toEqual([1, 'headrace'])
  expect(check(city, { city: 'Bern' })).toEqual({ value: { city: 'Bern' } })
  expect(check(city, { city: 5 })).toEqual({
    issues: [{ path: ['city'], message: 'must be string', expected: 'string', received: 'number' }],
  })
})

test('a valid value is passed on as it is, and nothing is coerced', () => {
  const value = { city: 'Bern', more: { list: [1] } }
  expect(check(city, value)).toEqual({ value })
  expect((check(city, value) as { value: unknown }).value).toBe(value)
  expect(isValid({ type: 'integer' }, '5')).toBe(false)
  expect(isValid({ type: 'array' }, 'a')).toBe(false)
})

test.each([null, 'object', 5, undefined, [city], () => city])('%j is no schema at all', (schema) => {
  expect(() => jsonSchema(schema as unknown as object)).toThrow('jsonSchema: a JSON Schema is an object or a boolean')
})

test('a Standard Schema is refused: it needs no wrapping', () => {
  expect(() => jsonSchema(jsonSchema(city))).toThrow('Standard Schema already')
})

test('a schema that contains itself as an object is refused', () => {
  const schema: Record<string, unknown> = { type: 'object' }
  schema.properties = { self: schema }
  expect(() => jsonSchema(schema)).toThrow('contains itself')
})

test('booleans are schemas', () => {
  expect(isValid(true, 5)).toBe(true)
  expect(isValid(false, 5)).toBe(false)
  expect(isValid({ properties: { a: false } }, { a: 1 })).toBe(false)
})

test('gives the schema back, as draft 2020-12 or draft-07', () => {
  const { input, output } = jsonSchema(city)['~standard'].jsonSchema
  for (const target of ['draft-2020-12', 'draft-07']) expect(input({ target })).toEqual(city)
  expect(output({ target: 'draft-2020-12' })).toEqual(city)
  expect(() => input({ target: 'openapi-3.0' })).toThrow("cannot be written as 'openapi-3.0'")
})

test('input that is nested deeper than the stack is an issue', () => {
  const schema = { properties: { a: { $ref: '#' } }, type: 'object' }
  let value: unknown = {}
  for (let level = 0; level < 200_000; level += 1) value = { a: value }
  expect(check(schema, value)).toEqual({ issues: [{ message: 'is nested too deeply to be checked' }] })
})

test('a schema that refers to itself without end is an issue', () => {
  expect(isValid({ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, {})).toBe(false)
})

test('prototype keys in a schema and in values are harmless', () => {
  const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string","default":"x"}}}')
  expect(check(schema, {})).toEqual({ value: {} })
  const named = { type: 'object', properties: { constructor: { type: 'string' } }, required: ['toString'] }
  expect(isValid(named, { toString: 1 })).toBe(true)
  expect(isValid(named, { toString: 1, constructor: 5 })).toBe(false)
  expect(isValid(named, {})).toBe(false)
  expect(isValid({ type: 'object', additionalProperties: false }, JSON.parse('{"constructor":1}'))).toBe(false)
  expect(Reflect.get({}, 'default')).toBeUndefined()
})

test('without trust no pattern is evaluated, and what depends on one is allowed', () => {
  const slow = '^(a+)+$'
  expect(isValid({ pattern: slow }, 'b')).toBe(false)
  expect(isValid({ pattern: slow }, `${'a'.repeat(100)}!`, false)).toBe(true)
  const keys = { patternProperties: { [slow]: { type: 'number' } }, additionalProperties: false }
  expect(isValid(keys, { b: 'x' })).toBe(false)
  expect(isValid(keys, { b: 'x' }, false)).toBe(true)
  expect(isValid({ propertyNames: { pattern: slow } }, { b: 1 }, false)).toBe(true)
})

test('without trust, size and depth of a schema are limited', () => {
  let schema: object = {}
  for (let level = 0; level < 40; level += 1) schema = { properties: { a: schema } }
  expect(() => jsonSchema(schema, { trust: false })).toThrow('too-deep')
  expect(isValid(schema, {})).toBe(true)
  const long = { enum: Array.from({ length: 30_000 }, (_, index) => `value ${index}`) }
  expect(() => jsonSchema(long, { trust: false })).toThrow('262144 are allowed without trust')
  expect(isValid(long, 'value 7')).toBe(true)
})

test.each([{ anyOf: null }, { allOf: 3 }, { dependentSchemas: 'x', not: null }])(
  'without trust, data in a schema may look like a broken one: %j',
  (data) => {
    expect(isValid({ type: 'object', default: data, enum: [data, {}] }, {}, false)).toBe(true)
  },
)

test('without trust, references that double at each step are refused before they take hours', () => {
  const $defs: Record<string, object> = { step0: { type: 'string' } }
  for (let step = 1; step < 40; step += 1) {
    const $ref = `#/$defs/step${step - 1}`
    $defs[`step${step}`] = { allOf: [{ $ref }, { $ref }] }
  }
  expect(() => jsonSchema({ $ref: '#/$defs/step39', $defs }, { trust: false })).toThrow('more than 10000 schemas')
  expect(isValid({ $ref: '#/$defs/step5', $defs }, 5, false)).toBe(false)
})

test('without trust, recursion is allowed', () => {
  const node = { type: 'object', properties: { left: { $ref: '#' }, right: { $ref: '#' } } }
  expect(isValid(node, { left: { right: {} } }, false)).toBe(true)
  expect(isValid(node, { left: { right: 1 } }, false)).toBe(false)
})

test('a schema deeper than any real one is refused, not compiled', () => {
  let schema: object = {}
  for (let level = 0; level < 100_000; level += 1) schema = { not: schema }
  expect(() => jsonSchema(schema)).toThrow('too-deep')
})

test('two schemas with the same id do not know each other', () => {
  const $id = 'https://example.com/same'
  expect([isValid({ $id, type: 'string' }, 'a'), isValid({ $id, type: 'number' }, 'a')]).toEqual([true, false])
})

const list = (items: unknown, more?: object): object => ({ type: 'object', properties: { list: { items, ...more } } })
const union = { anyOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] }
test.each([
  ['wrong items', list({ type: 'string' }), false],
  ['wrong items by a reference', { ...list({ $ref: '#/$defs/a' }), $defs: { a: { type: 'string' } } }, false],
  ['items that fit no alternative', list(union), false],
  ['objects that must be unique, and are', list({}, { uniqueItems: true }), true],
])(
  'a model cannot keep the process busy with many %s',
  (_, schema, valid) => {
    const value = { list: Array.from({ length: 60_000 }, (_item, index) => ({ index })) }
    const start = cpuTime()
    expect(isValid(schema, value)).toBe(valid)
    // A tenth of a second; the square of the number takes half a minute.
    expect(cpuTime() - start).toBeLessThan(5000)
  },
  120_000,
)

test('of many parts that do not fit the first is told, of few each', () => {
  const issues = (length: number): number =>
    check(list({ type: 'string' }), { list: new Array(length).fill(1) }).issues?.length ?? 0
  expect([issues(15), issues(60_000)]).toEqual([15, 1])
  expect(check(list(union), { list: new Array(4000).fill({}) }).issues).toHaveLength(20)
})

test('items are unique by what they hold', () => {
  const unique = { uniqueItems: true }
  const fits = [
    [],
    [1, '1', true, null, 'null'],
    [{ a: 1 }, { a: 2 }],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, '{"a":1}', 'a', '"a'],
  ]
  const fails = [
    [1, 1],
    ['', ''],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    [null, 0, null],
  ]
  expect(fits.map((value) => isValid(unique, value))).toEqual(fits.map(() => true))
  expect(fails.map((value) => isValid(unique, value))).toEqual(fails.map(() => false))
  expect(isValid({ uniqueItems: false }, [1, 1])).toBe(true)
  expect(check(list({}, unique), { list: [1, 2, 1] })).toEqual({
    issues: [{ path: ['list'], message: 'must NOT have duplicate items (items 0 and 2 are identical)' }],
  })
  expect(check({ anyOf: [{ type: 'string' }, unique] }, [1, 1])).toEqual({
    issues: [{ path: [], message: 'must NOT have duplicate items (items 0 and 1 are identical)' }],
  })
})

test.each(['number', 'integer'])('a %s that is too large for one is refused', (type) => {
  expect(isValid({ type }, JSON.parse('1e308'))).toBe(true)
  expect(isValid({ type }, JSON.parse('1e999'))).toBe(false)
  expect(isValid({ type: [type, 'string'] }, JSON.parse('-1e999'))).toBe(false)
})
