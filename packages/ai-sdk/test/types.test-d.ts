import { createRuntime, defineTool, type ToolReference } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { generateText, type InferToolInput, type InferToolOutput, type ToolSet, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { toAiSdkTools, wrapTools } from '../src/index.ts'

const search = defineTool({
  name: 'search',
  description: 'Searches',
  inputSchema: jsonSchema<{ q: string }>({ type: 'object' }),
  execute: ({ q }) => ({ found: q.length }),
})
const read = defineTool({
  name: 'files/read',
  description: 'Reads',
  inputSchema: jsonSchema({ type: 'object' }),
  execute: () => 'text',
})
const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, degrees: 21 }),
})

it('wrapTools gives the exact types of the tools back', async () => {
  const tools = { weather, ask: tool({ inputSchema: z.object({}), outputSchema: z.number() }) }
  const wrapped = wrapTools(tools, createRuntime(), { tools: { weather: { annotations: { readOnlyHint: true } } } })
  expectTypeOf(wrapped).toEqualTypeOf(tools)
  const { toolResults } = await generateText({ model: new MockLanguageModelV4(), tools: wrapped, prompt: 'Go' })
  const [result] = toolResults
  if (result?.toolName === 'weather' && !result.dynamic) {
    expectTypeOf(result.output).toEqualTypeOf<{ city: string; degrees: number }>()
    expectTypeOf(result.input).toEqualTypeOf<{ city: string }>()
  }
})

it('wrapTools takes hints of known tools only, and runtimes of any tools', () => {
  wrapTools({ weather }, createRuntime({ tools: [search] }))
  // @ts-expect-error no such tool
  wrapTools({ weather }, createRuntime(), { tools: { wether: {} } })
})

it('toAiSdkTools knows the tools of the runtime by their names', async () => {
  const tools = toAiSdkTools(createRuntime({ tools: [search, read] }))
  expectTypeOf<InferToolInput<typeof tools.search>>().toEqualTypeOf<{ q: string }>()
  expectTypeOf<InferToolOutput<typeof tools.search>>().toEqualTypeOf<{ found: number }>()
  expectTypeOf<'files/read' extends keyof typeof tools ? true : false>().toEqualTypeOf<false>()
  expectTypeOf(tools).toExtend<ToolSet>()
  expectTypeOf(toAiSdkTools<ToolReference>(createRuntime())).toEqualTypeOf<ToolSet>()
  const { toolResults } = await generateText({ model: new MockLanguageModelV4(), tools, prompt: 'Go' })
  const [result] = toolResults
  if (result?.toolName === 'search' && !result.dynamic) expectTypeOf(result.output).toEqualTypeOf<{ found: number }>()
})
