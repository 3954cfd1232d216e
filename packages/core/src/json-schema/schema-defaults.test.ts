import { expect, test } from 'vitest'
import { jsonSchema } from '../json-schema.ts'

const resultOf = (schema: object, value: unknown): unknown => {
  const result = jsonSchema(schema)['~standard'].validate(value)
  return result.issues ? result.issues : result.value
}
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

test('a default is filled in on a copy', () => {
  const given = { city: 'Bern' }
  const schema = object({ city: { type: 'string' }, days: { type: 'integer', default: 3 } })
  expect(resultOf(schema, given)).toEqual({ city: 'Bern', days: 3 })
  expect(given).toEqual({ city: 'Bern' })
})

test('where none is missing, the value is passed on as it is', () => {
  const given = { days: 1, inside: { a: 1 }, list: [{ a: 2 }] }
  const inside = object({ a: { default: 5 } })
  const schema = object({ days: { default: 3 }, inside, list: { items: inside } })
  expect(resultOf(schema, given)).toBe(given)
})

test('null that was given is no missing value, undefined is', () => {
  const schema = object({ a: { default: 1 } })
  expect(resultOf(schema, { a: null })).toEqual({ a: null })
  expect(resultOf(schema, { a: undefined })).toEqual({ a: 1 })
})

test.each([
  [{ type: 'string', default: null }],
  [{ type: 'boolean', default: 'True' }],
  [{ type: 'integer', default: 1.5 }],
  [{ type: 'object', default: [] }],
  [{ type: 'string', enum: ['a'], default: 'b' }],
  [{ $ref: '#/$defs/short', default: 'too long' }],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }], default: 5 }],
  [{ type: 'string', default: () => 'made' }],
])('%j does not fit itself and is left out: the call stays valid', (property) => {
  const schema = object({ a: property }, { $defs: { short: { maxLength: 3 } } })
  expect(resultOf(schema, {})).toEqual({})
})

test.each([
  [{ type: 'string', default: '' }, ''],
  [{ type: 'number', default: 1.5 }, 1.5],
  [{ type: 'null', default: null }, null],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }], default: null }, null],
  [{ $ref: '#/$defs/short', default: 'abc' }, 'abc'],
  [{ type: 'array', items: { type: 'string' }, default: ['a'] }, ['a']],
  [{ default: false }, false],
])('%j is filled in', (property, value) => {
  const schema = object({ a: property }, { $defs: { short: { maxLength: 3 } } })
  expect(resultOf(schema, {})).toEqual({ a: value })
})

test('reaches into objects, lists, references and allOf, not into what is not there', () => {
  const $defs = { unit: object({ name: { default: 'm' } }) }
  const schema = object(
    { list: { items: { $ref: '#/$defs/unit' } }, inside: object({ a: { default: 1 } }) },
    { $defs, allOf: [object({ b: { default: 2 } })] },
  )
  expect(resultOf(schema, { list: [{}, { name: 'km' }] })).toEqual({ list: [{ name: 'm' }, { name: 'km' }], b: 2 })
  expect(resultOf(schema, { inside: {} })).toEqual({ inside: { a: 1 }, b: 2 })
})

test('alternatives give no defaults', () => {
  const schema = { anyOf: [object({ a: { default: 1 } }), object({ b: { default: 2 } })] }
  expect(resultOf(schema, {})).toEqual({})
})

test('recursive schemas fill every level that is there', () => {
  const schema = object({ name: { default: 'x' }, next: { $ref: '#' } })
  expect(resultOf(schema, { next: { next: {} } })).toEqual({ name: 'x', next: { name: 'x', next: { name: 'x' } } })
})

test('each call gets a fresh copy of a default', () => {
  const schema = jsonSchema<{ list: number[] }>(object({ list: { type: 'array', default: [1] } }))
  const validate = (): number[] => {
    const result = schema['~standard'].validate({})
    if (result.issues) throw new Error('not valid')
    return result.value.list
  }
  validate().push(2)
  expect(validate()).toEqual([1])
})

test('a required property may come from its default', () => {
  expect(resultOf(object({ a: { default: 1 } }, { required: ['a'] }), {})).toEqual({ a: 1 })
})

test('what is valid as given stays valid where a default would break a rule about the whole', () => {
  const schema = object({ a: { type: 'string' }, b: { default: 1 } }, { maxProperties: 1 })
  expect(resultOf(schema, { a: 'x' })).toEqual({ a: 'x' })
})

test('names that every object inherits get their defaults too', () => {
  expect(resultOf(object({ constructor: { type: 'string', default: 'x' } }), {})).toEqual({ constructor: 'x' })
})
