import { createRuntime, defineTool, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { toOpenAiTools } from './to-openai-tools.ts'

const tool = (name: string, inputSchema: Tool['inputSchema'], more: object = {}): Tool =>
  defineTool({ name, description: `does ${name}`, inputSchema, execute: () => 1, ...more })

const city = z.object({ city: z.string(), days: z.number().optional() })
const cityStrict = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: ['number', 'null'] } },
  required: ['city', 'days'],
  additionalProperties: false,
}
const open = jsonSchema({ type: 'object', properties: { labels: { type: 'object' } } })
const union = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])

test('tools have the form of the API that they are for', () => {
  const runtime = createRuntime({ tools: [tool('weather', city)] })
  expect(toOpenAiTools(runtime, { api: 'chat' })).toEqual([
    {
      type: 'function',
      function: { name: 'weather', description: 'does weather', parameters: cityStrict, strict: true },
    },
  ])
  expect(toOpenAiTools(runtime, { api: 'responses' })).toEqual([
    { type: 'function', name: 'weather', description: 'does weather', parameters: cityStrict, strict: true },
  ])
})

test('a tool that strict mode cannot express is declared without it', () => {
  const runtime = createRuntime({ tools: [tool('weather', city), tool('label', open)] })
  const parameters = { type: 'object', properties: { labels: { type: 'object' } } }
  expect(toOpenAiTools(runtime, { api: 'responses' })[1]).toMatchObject({ strict: false, parameters })
  expect(toOpenAiTools(runtime, { api: 'chat' })[1]).toEqual({
    type: 'function',
    function: { name: 'label', description: 'does label', parameters },
  })
})

test('with strict: false no tool is strict, and with strict: true one that cannot be is an error', () => {
  const runtime = createRuntime({ tools: [tool('weather', city), tool('label', open)] })
  const loose = toOpenAiTools(runtime, { api: 'responses', strict: false })
  expect(loose.map(({ strict }) => strict)).toEqual([false, false])
  expect(loose[0]?.parameters).toMatchObject({ required: ['city'] })
  expect(() => toOpenAiTools(runtime, { api: 'chat', strict: true })).toThrow(
    "toOpenAiTools: tool 'label': strict mode cannot express an object whose properties are not named at " +
      '#/properties/labels; leave strict out, so that this tool is declared without it, or change the schema',
  )
})

test('an input that is no plain object is an error at once', () => {
  const runtime = createRuntime({ tools: [tool('either', union)] })
  expect(() => toOpenAiTools(runtime, { api: 'chat' })).toThrow(
    "toOpenAiTools: tool 'either': OpenAI takes an object as input, not anyOf in place of a plain object at #/anyOf",
  )
})

test('names that OpenAI does not take are changed, and do not collide', () => {
  const names = ['files/read', 'files.read', 'files_read', 'x'.repeat(100)]
  const runtime = createRuntime({ tools: names.map((name) => tool(name, city)) })
  const given = toOpenAiTools(runtime, { api: 'responses' }).map(({ name }) => name)
  expect(given).toEqual(['files_read_2', 'files_read_3', 'files_read', 'x'.repeat(64)])
})

test('with async: true tools that run as jobs are declared so', () => {
  const long = tool('report', city, { execution: { taskSupport: 'required' } })
  const runtime = createRuntime({ tools: [tool('weather', city), long] })
  const asynchronous = (isAsync?: boolean): unknown[] =>
    toOpenAiTools(runtime, { api: 'responses', async: isAsync }).map((each) => each.async)
  expect(asynchronous(true)).toEqual([undefined, true])
  expect(asynchronous(false)).toEqual([undefined, undefined])
  expect(asynchronous()).toEqual([undefined, undefined])
})

test.each([
  [{ api: 'completions' }, "api must be 'chat' or 'responses', got 'completions'"],
  [{ api: 'chat', strict: 'yes' }, 'strict must be a boolean'],
  [{ api: 'responses', async: 1 }, 'async must be a boolean'],
  [{ api: 'chat', async: true }, "use api: 'responses'"],
  [{ api: 'chat', name: 'x' }, "unknown option 'name'; known are api, strict, async"],
])('options that make no sense are refused: %j', (options, message) => {
  expect(() => toOpenAiTools(createRuntime(), options as never)).toThrow(message)
})
