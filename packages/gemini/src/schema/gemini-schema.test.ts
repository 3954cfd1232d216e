import { createRuntime, defineTool } from '@headrace/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { toGeminiSchema } from './gemini-schema.ts'

/** What becomes of a property `a`. */
function property(schema: unknown, definitions?: object): unknown {
  const written = toGeminiSchema('f', { type: 'object', properties: { a: schema }, $defs: definitions })
  return JSON.parse(JSON.stringify(written)).properties.a
}

describe('toGeminiSchema', () => {
  it('keeps what Gemini documents', () => {
    const schema = {
      type: 'object',
      title: 'T',
      description: 'D',
      properties: {
        when: { type: 'string', format: 'date-time' },
        count: { type: ['integer', 'null'], minimum: 1, maximum: 9 },
        unit: { type: 'string', enum: ['C', 'F'] },
        list: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 },
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] },
        one: { oneOf: [{ type: 'string' }, { type: 'number' }] },
        any: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        map: { type: 'object', additionalProperties: { type: 'boolean' } },
        ref: { $ref: '#/$defs/Thing' },
      },
      required: ['when'],
      additionalProperties: false,
      propertyOrdering: ['when', 'count'],
      $defs: { Thing: { type: 'object', properties: { next: { $ref: '#/$defs/Thing' } } } },
    }
    expect(toGeminiSchema('f', schema)).toEqual(schema)
  })

  it('needs no schema for a tool without parameters', () => {
    expect(toGeminiSchema('f', { type: 'object', properties: {}, additionalProperties: false })).toBeUndefined()
    expect(toGeminiSchema('f', { type: 'object' })).toBeUndefined()
    expect(toGeminiSchema('f', { type: 'object', additionalProperties: { type: 'number' } })).toBeDefined()
  })

  it('tells in words what Gemini does not know', () => {
    expect(property({ type: 'string', description: 'Code.', pattern: '^[A-Z]$', minLength: 1, default: 'A' })).toEqual({
      type: 'string',
      description: 'Code. (JSON Schema: {"pattern":"^[A-Z]$","minLength":1,"default":"A"})',
    })
    expect(property({ not: { type: 'string' } })).toEqual({
      description: '(JSON Schema: {"not":{"type":"string"}})',
    })
    expect(property({ type: 'string', $comment: 'x', deprecated: true, 'x-own': 1 })).toEqual({ type: 'string' })
  })

  it('turns const and enum into what Gemini has of them', () => {
    expect(property({ const: 'a' })).toEqual({ type: 'string', enum: ['a'] })
    expect(property({ const: null })).toEqual({ type: 'null' })
    expect(property({ const: true, description: 'Yes.' })).toEqual({
      type: 'boolean',
      description: 'Yes. (JSON Schema: {"const":true})',
    })
    expect(property({ enum: ['a', 1, null] })).toEqual({
      anyOf: [{ type: ['string', 'number'], enum: ['a', 1] }, { type: 'null' }],
    })
    expect(property({ type: 'integer', enum: [1, 2] })).toEqual({ type: 'integer', enum: [1, 2] })
    expect(property({ enum: [true, false] })).toEqual({ type: 'boolean' })
  })

  it('turns the open limits of integers into closed ones', () => {
    expect(property({ type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9.5 })).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 9,
    })
    expect(property({ type: 'integer', minimum: 5, exclusiveMinimum: 0 })).toEqual({ type: 'integer', minimum: 5 })
    expect(property({ type: 'number', exclusiveMinimum: 0 })).toEqual({
      type: 'number',
      description: '(JSON Schema: {"exclusiveMinimum":0})',
    })
  })

  it('takes draft 7: definitions, and items as a list', () => {
    const root = {
      type: 'object',
      properties: { a: { $ref: '#/definitions/A' }, b: { type: 'array', items: [{ type: 'string' }] } },
      definitions: { A: { type: 'string' } },
    }
    expect(toGeminiSchema('f', root)).toEqual({
      type: 'object',
      properties: { a: { $ref: '#/$defs/A' }, b: { type: 'array', prefixItems: [{ type: 'string' }] } },
      $defs: { A: { type: 'string' } },
    })
  })

  it('closes a tuple by its length', () => {
    expect(property({ type: 'array', prefixItems: [{ type: 'string' }], items: false })).toEqual({
      type: 'array',
      prefixItems: [{ type: 'string' }],
      maxItems: 1,
    })
  })

  it('moves what stands beside a reference', () => {
    const definitions = { A: { type: 'object', properties: { b: { type: 'string' } } } }
    expect(property({ $ref: '#/$defs/A', description: 'The one.', default: {} }, definitions)).toEqual({
      anyOf: [{ $ref: '#/$defs/A' }],
      description: 'The one. (JSON Schema: {"default":{}})',
    })
    expect(property({ $ref: '#/$defs/A', properties: { c: { type: 'number' } } }, definitions)).toEqual({
      type: 'object',
      properties: { c: { type: 'number' }, b: { type: 'string' } },
    })
  })

  it('writes a reference to any other place out', () => {
    const root = { type: 'object', properties: { a: { type: 'string' }, b: { $ref: '#/properties/a' } } }
    expect(toGeminiSchema('f', root)).toEqual({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    })
  })

  it('merges allOf', () => {
    const definitions = {
      A: { type: 'object', properties: { x: { minimum: 1 } }, required: ['x'], additionalProperties: false },
    }
    const other = { type: 'object', properties: { x: { minimum: 2, type: 'number' }, y: {} }, required: ['y'] }
    expect(property({ allOf: [{ $ref: '#/$defs/A' }, other] }, definitions)).toEqual({
      type: 'object',
      properties: { x: { type: 'number', minimum: 2 }, y: {} },
      required: ['x', 'y'],
    })
    expect(property({ allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] })).toEqual({ type: 'string', enum: ['b'] })
  })

  it('asks for every required name', () => {
    expect(property({ type: 'object', required: ['b'] })).toEqual({
      type: 'object',
      properties: { b: {} },
      required: ['b'],
    })
  })

  it('does not ask for a property that leads back to where it stands', () => {
    const node = {
      type: 'object',
      properties: {
        value: { type: 'number' },
        next: { $ref: '#/$defs/Node', description: 'The next.' },
        parts: { type: 'array', items: { $ref: '#/$defs/Other' } },
      },
      required: ['value', 'next', 'parts'],
    }
    const other = { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] }
    const written = toGeminiSchema('f', {
      type: 'object',
      properties: { root: { $ref: '#/$defs/Node' } },
      required: ['root'],
      $defs: { Node: node, Other: other },
    })
    expect(written?.required).toEqual(['root'])
    expect(written?.$defs).toMatchObject({
      Node: {
        required: ['value'],
        properties: {
          next: { anyOf: [{ $ref: '#/$defs/Node' }], description: 'The next. (Required.)' },
          parts: { description: '(Required.)' },
        },
      },
    })
  })

  it.for<[unknown, RegExp]>([
    [{ if: {} }, /^tool 'f': inputSchema at #\/properties\/a: Gemini has no 'if'; write the cases as anyOf$/],
    [{ dependentSchemas: {} }, /Gemini has no 'dependentSchemas'/],
    [{ $dynamicRef: '#x' }, /Gemini has no '\$dynamicRef'; use \$ref$/],
    [{ $ref: 'https://example.com/a.json' }, /is no pointer into this schema; put what it means under \$defs/],
    [{ $ref: '#/$defs/none' }, /nothing is at '#\/\$defs\/none'/],
    [{ type: 'array', items: { enum: [[1]] } }, /at #\/properties\/a\/items: Gemini has no enum or const of lists/],
    [{ allOf: [{ type: 'string' }, { type: 'number' }] }, /its parts differ in 'type'; write them as one schema/],
    [{ properties: { b: { $ref: '#/properties/a' } } }, /leads back to itself here/],
    [{ properties: { b: false } }, /at #\/properties\/a\/properties\/b: no value is allowed here/],
  ])('refuses %j, and says where and what to do', ([schema, message]) => {
    expect(() => property(schema)).toThrow(message)
  })

  it('refuses parameters that are no object', () => {
    expect(() => toGeminiSchema('f', { anyOf: [{ type: 'object' }] })).toThrow(
      "tool 'f': inputSchema at #: Gemini's parameters are an object; put what this describes under a property",
    )
  })

  it('writes what zod makes of a recursive type', () => {
    interface Tree {
      name: string
      children: Tree[]
    }
    const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string().min(1), children: z.array(Tree) }))
    const tool = defineTool({
      name: 'plant',
      description: 'Plants',
      inputSchema: z.object({ tree: Tree, depth: z.int().positive().optional(), kind: z.literal('oak').nullable() }),
      execute: () => 1,
    })
    const description = createRuntime({ tools: [tool] }).registry.list()[0]
    const written = toGeminiSchema('plant', description?.inputSchema ?? {})
    expect(written).toMatchObject({
      type: 'object',
      required: ['tree', 'kind'],
      properties: { depth: { type: 'integer', minimum: 1 }, kind: { anyOf: [{ enum: ['oak'] }, { type: 'null' }] } },
    })
    expect(JSON.stringify(written)).toContain('"required":["name"]')
  })

  it('writes or refuses whatever it is given, and always says where', () => {
    const key = fc.constantFrom(
      ...['type', 'properties', 'items', 'prefixItems', 'anyOf', 'allOf', '$ref', '$defs', 'enum', 'const', 'required'],
      ...['additionalProperties', 'description', 'minimum', 'exclusiveMinimum', 'not', 'a', 'b'],
    )
    const value = fc.constantFrom(
      'object',
      'string',
      'integer',
      '#',
      '#/$defs/a',
      '#/properties/a',
      '#/%',
      true,
      false,
      null,
      1,
    )
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6 },
        value,
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    const refusals = new Set<string>()
    fc.assert(
      fc.property(fc.dictionary(key, any, { maxKeys: 6, noNullPrototype: true }), (schema) => {
        try {
          JSON.stringify(toGeminiSchema('f', { ...schema, type: 'object' }))
        } catch (error) {
          refusals.add(String(error))
        }
      }),
      { numRuns: 1000 },
    )
    expect([...refusals].filter((text) => !text.startsWith("TypeError: tool 'f': inputSchema at #"))).toEqual([])
  })

  it('changes nothing of what it is given', () => {
    const root = Object.freeze({
      type: 'object',
      properties: Object.freeze({ a: Object.freeze({ allOf: Object.freeze([Object.freeze({ const: 1 })]) }) }),
    })
    expect(toGeminiSchema('f', root)?.properties).toEqual({ a: { type: 'number', enum: [1] } })
  })
})
