import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchema } from '../json-schema.ts'
import { defineTool } from '../tool/define-tool.ts'
import { describeTool } from './describe-tool.ts'

const base = { name: 'a', description: 'does a', execute: () => 1 }

test('a zod schema is written as its input side, without the name of the draft', () => {
  const inputSchema = z.object({ days: z.number().default(3), city: z.string() })
  expect(describeTool(defineTool({ ...base, inputSchema }))).toEqual({
    name: 'a',
    description: 'does a',
    inputSchema: {
      type: 'object',
      properties: { days: { type: 'number', default: 3 }, city: { type: 'string' } },
      required: ['city'],
    },
  })
})

test('a JSON Schema is written as it was given', () => {
  const schema = { type: 'object', properties: { q: { type: 'string', description: 'what' } }, required: ['q'] }
  const outputSchema = jsonSchema({ type: 'number' })
  const annotations = { readOnlyHint: true }
  const tool = defineTool({ ...base, title: 'A', inputSchema: jsonSchema(schema), outputSchema, annotations })
  expect(describeTool(tool)).toEqual({
    name: 'a',
    title: 'A',
    description: 'does a',
    inputSchema: schema,
    outputSchema: { type: 'number' },
    annotations,
  })
})

test('an input schema without a JSON Schema form is refused with the tool and the way out', () => {
  const { validate } = z.object({})['~standard']
  const inputSchema = { '~standard': { version: 1, vendor: 'mine', validate } } as const
  const tool = defineTool({ ...base, inputSchema })
  expect(() => describeTool(tool)).toThrow(/tool 'a': inputSchema has no JSON Schema form.*toStandardJsonSchema/)
})

test('an input schema that cannot be written is refused with the reason as its cause', () => {
  const tool = defineTool({ ...base, inputSchema: z.object({ at: z.date() }) })
  expect(() => describeTool(tool)).toThrow("tool 'a': inputSchema cannot be written as JSON Schema")
})

test('an output schema that cannot be written is left out', () => {
  const tool = defineTool({ ...base, inputSchema: z.object({}), outputSchema: z.date(), execute: () => new Date(0) })
  expect(describeTool(tool)).not.toHaveProperty('outputSchema')
})
