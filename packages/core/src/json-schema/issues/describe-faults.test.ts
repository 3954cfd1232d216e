import { expect, test } from 'vitest'
import { jsonSchema } from '../../json-schema.ts'

const issuesOf = (schema: object, value: unknown): readonly unknown[] => {
  const result = jsonSchema(schema)['~standard'].validate(value)
  return result.issues ?? []
}
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

test('a missing property is named in the path, with what would be right', () => {
  expect(issuesOf(object({ city: { type: 'string' } }, { required: ['city', 'day'] }), {})).toEqual([
    { path: ['city'], message: 'is required', expected: 'string', received: 'nothing' },
    { path: ['day'], message: 'is required' },
  ])
})

test('everything that is wrong is told at once, with indexes as numbers', () => {
  const schema = object({ items: { items: object({ price: { type: 'number' }, 'a/b': { type: 'null' } }) } })
  expect(issuesOf(schema, { items: [{}, { price: 'x' }, { 'a/b': 1 }] })).toEqual([
    { path: ['items', 1, 'price'], message: 'must be number', expected: 'number', received: 'string' },
    { path: ['items', 2, 'a/b'], message: 'must be null', expected: 'null', received: 'number' },
  ])
})

test('an enum names its values, a few of many', () => {
  expect(issuesOf({ enum: ['c', 'f'] }, 'k')).toEqual([
    { path: [], message: 'must be one of "c", "f"', expected: 'one of "c", "f"', received: 'string' },
  ])
  const [issue] = issuesOf({ enum: Array.from({ length: 1000 }, (_, index) => index) }, 'k')
  expect(JSON.stringify(issue).length).toBeLessThan(600)
})

test('an unknown key is named, with those that are known', () => {
  const schema = object({ city: {}, days: {} }, { additionalProperties: false })
  expect(issuesOf(schema, { town: 1 })).toEqual([
    { path: ['town'], message: 'is not known here; known are: city, days' },
  ])
})

test('bounds and lengths are told in words', () => {
  expect(issuesOf({ minimum: 1 }, 0)).toEqual([{ path: [], message: 'must be >= 1' }])
  expect(issuesOf({ maxLength: 1 }, 'ab')).toEqual([{ path: [], message: 'must NOT have more than 1 characters' }])
})

test('a value that fits no type of a union is told all of them', () => {
  const schema = object({ a: { anyOf: [{ type: 'integer' }, { type: 'null' }] } })
  expect(issuesOf(schema, { a: 'x' })).toEqual([
    { path: ['a'], message: 'must be integer or null', expected: 'integer or null', received: 'string' },
  ])
})

test('a value that is like one branch of a union is told of that branch alone', () => {
  const branch = (kind: string, more: object) => object({ kind: { const: kind }, ...more }, { required: ['kind'] })
  const $defs = {
    circle: branch('circle', { radius: { type: 'number' } }),
    box: branch('box', { width: { type: 'number' } }),
  }
  const schema = object(
    { shape: { oneOf: [{ $ref: '#/$defs/circle' }, { $ref: '#/$defs/box' }, { type: 'null' }] } },
    { $defs },
  )
  expect(issuesOf(schema, { shape: { kind: 'box', width: 'x' } })).toEqual([
    { path: ['shape', 'width'], message: 'must be number', expected: 'number', received: 'string' },
  ])
})

test('unions inside unions are told from the inside', () => {
  const inner = object({ b: { anyOf: [{ type: 'string' }, { type: 'number' }] } })
  expect(issuesOf({ anyOf: [inner, { type: 'null' }] }, { b: true })).toEqual([
    { path: ['b'], message: 'must be string or number', expected: 'string or number', received: 'boolean' },
  ])
})

test('a value that fits two alternatives of oneOf is told so', () => {
  expect(issuesOf({ oneOf: [{ type: 'number' }, { minimum: 1 }] }, 5)).toEqual([
    { path: [], message: 'fits more than one of the alternatives' },
  ])
})

test('a condition is told by what it asks for', () => {
  const schema = JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]}}')
  expect(issuesOf(schema, { a: 1 })).toEqual([{ path: ['b'], message: 'is required' }])
})

test('every failing keyword has a message', () => {
  const cases: [object, unknown][] = [
    [{ not: {} }, 1],
    [{ properties: { a: false } }, { a: 1 }],
    [{ propertyNames: { maxLength: 1 } }, { ab: 1 }],
    [{ contains: { type: 'null' } }, [1]],
    [{ uniqueItems: true }, [1, 1]],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }],
    [{ prefixItems: [true], items: false }, [1, 2]],
    [{ unevaluatedProperties: false }, { a: 1 }],
  ]
  for (const [schema, value] of cases) {
    const issues = issuesOf(schema, value)
    expect(issues.length).toBeGreaterThan(0)
    for (const issue of issues) expect(issue).toMatchObject({ path: expect.any(Array), message: expect.any(String) })
  }
})

test('no more than twenty issues are told, and no value of the caller', () => {
  const schema = { items: { type: 'string' } }
  expect(
    issuesOf(
      schema,
      Array.from({ length: 5000 }, () => 987_654),
    ),
  ).toHaveLength(20)
  expect(JSON.stringify(issuesOf(schema, [987_654]))).not.toContain('987654')
})
