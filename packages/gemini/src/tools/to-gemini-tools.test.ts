import { createRuntime, defineTool, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { toGeminiTools } from './to-gemini-tools.ts'

function tool(name: string, required = false): Tool {
  return defineTool({
    name,
    description: `Does ${name}.`,
    inputSchema: jsonSchema({ type: 'object', properties: { a: { type: 'string' } } }),
    ...(required && { execution: { taskSupport: 'required' } }),
    execute: () => 1,
  })
}

describe('toGeminiTools', () => {
  it('declares each tool of the registry', () => {
    const runtime = createRuntime({ tools: [tool('find'), tool('book')] })
    expect(toGeminiTools(runtime)).toEqual([
      {
        functionDeclarations: ['find', 'book'].map((name) => ({
          name,
          description: `Does ${name}.`,
          parametersJsonSchema: { type: 'object', properties: { a: { type: 'string' } } },
        })),
      },
    ])
  })

  it('gives no tool where the registry is empty', () => {
    expect(toGeminiTools(createRuntime())).toEqual([])
  })

  it('keeps the names that Gemini takes and changes the others without collisions', () => {
    const names = ['geo/find', 'geo_find', 'a.b:c-d', '1st', '-x', 'n'.repeat(128)]
    const runtime = createRuntime({ tools: names.filter((name) => !name.includes(':')).map((name) => tool(name)) })
    const declared = toGeminiTools(runtime)[0]?.functionDeclarations?.map(({ name }) => name)
    expect(declared).toEqual(['geo_find_2', 'geo_find', '_1st', '_-x', 'n'.repeat(128)])
  })

  it('declares tools that run as jobs as non-blocking for the Live API alone', () => {
    const runtime = createRuntime({ tools: [tool('quick'), tool('slow', true)] })
    const behaviors = (live: boolean): unknown =>
      toGeminiTools(runtime, { live })[0]?.functionDeclarations?.map(({ behavior }) => behavior)
    expect(behaviors(true)).toEqual([undefined, 'NON_BLOCKING'])
    expect(behaviors(false)).toEqual([undefined, undefined])
  })

  it('refuses a schema that Gemini cannot be told of', () => {
    const bad = defineTool({
      name: 'bad',
      description: 'Bad',
      inputSchema: jsonSchema({ type: 'object', properties: { a: { if: { type: 'string' } } } }),
      execute: () => 1,
    })
    expect(() => toGeminiTools(createRuntime({ tools: [bad] }))).toThrow(/tool 'bad': inputSchema at #\/properties\/a/)
  })

  it('refuses more than 512 tools, and options that nobody reads', () => {
    const many = Array.from({ length: 513 }, (_, index) => tool(`t${index}`))
    expect(() => toGeminiTools(createRuntime({ tools: many }))).toThrow('at most 512 tools, got 513')
    const options = { strict: true }
    expect(() => toGeminiTools(createRuntime(), options as never)).toThrow("unknown option 'strict'; known are live")
    expect(() => toGeminiTools(createRuntime(), { live: 'yes' as never })).toThrow("live must be a boolean, got 'yes'")
  })
})
