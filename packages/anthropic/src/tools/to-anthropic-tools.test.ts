import { createRuntime, defineTool, type Runtime } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { toAnthropicTools } from './to-anthropic-tools.ts'

function runtimeOf(...names: readonly string[]): Runtime {
  const inputSchema = z.object({ city: z.string().min(2), days: z.int().optional() })
  const tools = names.map((name) => defineTool({ name, description: `does ${name}`, inputSchema, execute: () => 1 }))
  const runtime = createRuntime({ tools })
  onTestFinished(() => runtime.close())
  return runtime
}

const properties = {
  city: { type: 'string', minLength: 2 },
  days: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
}

test('gives the tools of a request', () => {
  const runtime = runtimeOf('weather')
  const input_schema = { type: 'object', properties, required: ['city'] }
  expect(toAnthropicTools(runtime)).toEqual([{ name: 'weather', description: 'does weather', input_schema }])
})

test('changes only names that Anthropic refuses, and gives no name twice', () => {
  const runtime = runtimeOf('a.b', 'a/b', 'a_b', 'x'.repeat(128))
  expect(toAnthropicTools(runtime).map(({ name }) => name)).toEqual(['a_b_2', 'a_b_3', 'a_b', 'x'.repeat(128)])
})

test('makes tools strict, all or by name', () => {
  const runtime = runtimeOf('a', 'b')
  const strict = {
    type: 'object',
    properties: { city: { type: 'string', description: '(minLength: 2)' }, days: { type: 'integer' } },
    required: ['city'],
    additionalProperties: false,
  }
  expect(toAnthropicTools(runtime, { strict: true }).map((tool) => [tool.strict, tool.input_schema])).toEqual([
    [true, strict],
    [true, strict],
  ])
  expect(toAnthropicTools(runtime, { strict: ['b'] }).map((tool) => tool.strict)).toEqual([undefined, true])
  expect(toAnthropicTools(runtime, { strict: false })[0]).not.toHaveProperty('strict')
})

test('says whether arguments are streamed unchecked', () => {
  const runtime = runtimeOf('a', 'b')
  const eager = (given: boolean | string[]) =>
    toAnthropicTools(runtime, { eagerInputStreaming: given }).map((tool) => tool.eager_input_streaming)
  expect(eager(true)).toEqual([true, true])
  expect(eager(false)).toEqual([false, false])
  expect(eager(['a'])).toEqual([true, undefined])
})

test('a schema that Anthropic would refuse is an error that names tool, place and remedy', () => {
  const inputSchema = jsonSchema({ type: 'object', properties: { 'my key': { type: 'string' } } })
  const tool = defineTool({ name: 'odd', description: 'odd', inputSchema, execute: () => 1 })
  expect(() => toAnthropicTools(createRuntime({ tools: [tool] }))).toThrow(
    "tool 'odd': inputSchema at /properties/my key: Anthropic takes names of 1 to 64 letters",
  )
})

test('refuses options that make no sense', () => {
  const runtime = runtimeOf('a')
  expect(() => toAnthropicTools(runtime, { strict: ['c'] })).toThrow("strict names 'c', which is no tool")
  expect(() => toAnthropicTools(runtime, { strict: 'a' as never })).toThrow(
    'strict must be a boolean or names of tools',
  )
  expect(() => toAnthropicTools(runtime, { eager: true } as never)).toThrow("unknown option 'eager'")
})
