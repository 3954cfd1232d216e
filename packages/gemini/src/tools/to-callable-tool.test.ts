import { createRuntime, defineTool, type Runtime } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toCallableTool } from './to-callable-tool.ts'
import { toGeminiTools } from './to-gemini-tools.ts'

function openRuntime(): Runtime {
  const find = defineTool({
    name: 'geo/find',
    description: 'Finds',
    inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }),
    execute: (input, { session }) => ({ input, session }),
  })
  const runtime: Runtime = createRuntime({ tools: [find] })
  onTestFinished(() => runtime.close())
  return runtime
}

describe('toCallableTool', () => {
  it('declares the registry and runs its calls', async () => {
    const runtime = openRuntime()
    const tool = toCallableTool(runtime, { options: (calls) => ({ session: `${calls.length} calls` }) })
    expect([await tool.tool()]).toEqual(toGeminiTools(runtime))
    const parts = await tool.callTool([
      { id: 'x', name: 'geo_find', args: { city: 'Rome' } },
      { name: 'elsewhere', args: {} },
      { name: 'geo_find', args: { city: 5 } },
      { name: 'geo_find' },
    ])
    const session = '3 calls'
    expect(parts).toMatchObject([
      { functionResponse: { id: 'x', name: 'geo_find', response: { output: { input: { city: 'Rome' }, session } } } },
      { functionResponse: { name: 'geo_find', response: { error: { code: 'ARGUMENTS_INVALID' } } } },
      { functionResponse: { name: 'geo_find', response: { output: { input: {}, session } } } },
    ])
    expect(parts[1]?.functionResponse).not.toHaveProperty('id')
  })

  it('declares tools that are registered later', async () => {
    const runtime: Runtime = createRuntime()
    onTestFinished(() => runtime.close())
    const tool = toCallableTool(runtime)
    expect(await tool.tool()).toEqual({})
    const now = defineTool({
      name: 'now',
      description: 'Now',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: () => 1,
    })
    runtime.registry.register(now)
    expect((await tool.tool()).functionDeclarations).toEqual([{ name: 'now', description: 'Now' }])
  })

  it('refuses options that make no sense', () => {
    expect(() => toCallableTool(openRuntime(), { options: {} as never })).toThrow('options must be a function')
  })
})
