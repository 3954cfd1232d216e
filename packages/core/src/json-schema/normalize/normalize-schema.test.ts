import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonSchema } from '../../json-schema.ts'
import { normalizeSchema } from './normalize-schema.ts'

const isValid = (schema: object, value: unknown): boolean => !jsonSchema(schema)['~standard'].validate(value).issues
const written = (schema: object): unknown =>
  normalizeSchema(schema as Record<string, unknown>, { patterns: true, annotations: true })

test('what is in draft 2020-12 already stays as it is, in its order', () => {
  const schema = {
    title: 'Order',
    type: 'object',
    properties: {
      items: { type: 'array', prefixItems: [{ type: 'string' }], items: { $ref: '#/$defs/item' }, minItems: 1 },
      note: { anyOf: [{ type: 'string', format: 'email' }, { type: 'null' }], default: null, 'x-order': 1 },
    },
    required: ['items'],
    additionalProperties: false,
    $defs: { item: { type: 'object', properties: { price: { type: 'number', exclusiveMinimum: 0 } } } },
  }
  expect(JSON.stringify(written(schema))).toBe(JSON.stringify(schema))
})

describe('types', () => {
  test.each([
    ['dict', {}, []],
    ['float', 1.5, 'a'],
    ['tuple', [1], {}],
    ['int', 1, 1.5],
    ['STRING', 'a', 1],
    ['bool', true, 'true'],
    ['NoneType', null, 0],
  ])('%s is what it means elsewhere', (type, right, wrong) => {
    expect([isValid({ type }, right), isValid({ type }, wrong)]).toEqual([true, false])
  })

  test.each(['any', 'date', 'MyClass', '', 5, {}, ['string', 'any'], null])('%j allows everything', (type) => {
    for (const value of ['a', 1, null, {}]) expect(isValid({ type }, value)).toBe(true)
  })

  test('nullable allows null beside the type', () => {
    expect(isValid({ type: 'string', nullable: true }, null)).toBe(true)
    expect(isValid({ type: 'string', nullable: false }, null)).toBe(false)
    expect(isValid({ nullable: true }, 5)).toBe(true)
  })
})

describe('older drafts', () => {
  test('exclusive bounds as flags', () => {
    const schema = { minimum: 0, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false }
    expect([0, 0.1, 5, 5.1].map((value) => isValid(schema, value))).toEqual([false, true, true, false])
  })

  test('required as a flag of a property', () => {
    const schema = { properties: { a: { type: 'string', required: true }, b: { required: false } } }
    expect([isValid(schema, { a: 'x' }), isValid(schema, { b: 1 })]).toEqual([true, false])
  })

  test('definitions, by pointer, id and anchor', () => {
    for (const ref of ['#/definitions/a', '#a', 'https://example.com/a', '#/definitions/A%20b/items']) {
      const definitions = {
        a: { $id: 'https://example.com/a', $anchor: 'a', type: 'string' },
        'A b': { items: { type: 'string' } },
      }
      expect([isValid({ $ref: ref, definitions }, 'x'), isValid({ $ref: ref, definitions }, 1)]).toEqual([true, false])
    }
  })

  test('an id that is a fragment is an anchor', () => {
    const schema = { properties: { a: { $ref: '#name' } }, definitions: { x: { id: '#name', type: 'string' } } }
    expect(isValid(schema, { a: 1 })).toBe(false)
  })

  test('tuples as a list of items', () => {
    const schema = { items: [{ type: 'string' }], additionalItems: { type: 'number' } }
    expect([isValid(schema, ['a', 1]), isValid(schema, [1]), isValid(schema, ['a', 'b'])]).toEqual([true, false, false])
  })

  test('dependencies', () => {
    const schema = { dependencies: { a: ['b'], c: { required: ['d'] } } }
    expect([{ a: 1 }, { a: 1, b: 1 }, { c: 1 }, { c: 1, d: 1 }].map((value) => isValid(schema, value))).toEqual([
      false,
      true,
      false,
      true,
    ])
  })
})

describe('references', () => {
  test('lead anywhere in the document', () => {
    const schema = {
      properties: { a: { $ref: '#/components/schemas/A~1b' } },
      components: { schemas: { 'A/b': { type: 'string' } } },
    }
    expect([isValid(schema, { a: 'x' }), isValid(schema, { a: 1 })]).toEqual([true, false])
  })

  test('of the document itself make it recursive', () => {
    const tree = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } }, name: { type: 'string' } },
    }
    expect(isValid(tree, { children: [{ children: [{ name: 'x' }] }] })).toBe(true)
    expect(isValid(tree, { children: [{ children: [{ name: 1 }] }] })).toBe(false)
  })

  test('start from the nearest id', () => {
    const inner = { $id: 'https://example.com/inner', $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }
    const schema = { properties: { inner }, $defs: { a: { type: 'number' } } }
    expect([isValid(schema, { inner: 'x' }), isValid(schema, { inner: 1 })]).toEqual([true, false])
  })

  test.each(['#/nowhere', 'other.json#/a', '#unknown', '%', '', 'http://json-schema.org/draft-07/schema#'])(
    '%j may lead nowhere, and allows everything then',
    ($ref) => {
      expect(isValid({ properties: { a: { $ref: $ref === '' ? '#/x' : $ref } } }, { a: 1 })).toBe(true)
    },
  )

  test('with names that are no plain text are given plain ones', () => {
    const schema = {
      $ref: '#/$defs/List<Item>',
      $defs: { 'List<Item>': { type: 'array' }, List_Item_: { type: 'null' } },
    }
    expect(written(schema)).toEqual({ $ref: '#/$defs/List_Item_', $defs: { List_Item_: { type: 'array' } } })
  })
})

test('keywords with values of a wrong shape are ignored', () => {
  const schema = {
    type: 'object',
    properties: {
      a: 'string',
      b: { minimum: '5', enum: 'x', required: 'yes', pattern: '(', maxLength: -1 },
      c: { anyOf: [] },
    },
    required: 'a',
    additionalProperties: 'no',
    allOf: {},
    $async: true,
  }
  expect(isValid(schema, { a: 1, b: 'x', c: 2, d: 3 })).toBe(true)
})

test('formats are ignored, and unknown keywords too, whatever is in them', () => {
  const schema = { format: 'email', 'x-ui': { $id: 'same', $ref: '#/nowhere', properties: [] }, $id: 'same' }
  expect(isValid(schema, 'no mail')).toBe(true)
})

test('a pattern that is only valid without Unicode is evaluated so, and one of another dialect is ignored', () => {
  expect([isValid({ pattern: '^[\\w-\\.]+$' }, 'a.b'), isValid({ pattern: '^[\\w-\\.]+$' }, 'a b')]).toEqual([
    true,
    false,
  ])
  expect(isValid({ pattern: '(?P<year>\\d+)(?i)' }, 'x')).toBe(true)
})

test('decimal multiples are decimal', () => {
  expect(isValid({ multipleOf: 0.01 }, 19.99)).toBe(true)
  expect(isValid({ multipleOf: 0.01 }, 19.999)).toBe(false)
})

const keyword = fc.constantFrom(
  ...'type properties required items anyOf allOf not $ref $defs definitions enum const default pattern minimum'.split(
    ' ',
  ),
  ...'exclusiveMinimum nullable $id id $anchor additionalProperties patternProperties dependencies if $async'.split(
    ' ',
  ),
)
const { schema: oddSchema } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('string', 'object', '#', '#/$defs/a'),
    tie('schema'),
    fc.array(tie('schema'), { maxLength: 3 }),
  ),
  schema: fc.dictionary(fc.oneof(keyword, fc.string({ maxLength: 5 })), tie('value'), { maxKeys: 5 }),
}))

test('no JSON that is an object makes jsonSchema or its validation throw, or unable to compile', () => {
  fc.assert(
    fc.property(oddSchema, fc.jsonValue(), (schema, value) => {
      const { validate, jsonSchema: write } = jsonSchema(schema as object)['~standard']
      const result = validate(value)
      const messages = 'issues' in result ? JSON.stringify(result.issues) : ''
      expect(messages).not.toContain('cannot be checked')
      const again = write.input({ target: 'draft-2020-12' })
      expect('issues' in jsonSchema(again)['~standard'].validate(value)).toBe('issues' in result)
    }),
    { numRuns: 60 },
  )
})
