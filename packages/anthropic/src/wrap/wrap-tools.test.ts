import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { mcpTools } from '@anthropic-ai/sdk/helpers/beta/mcp'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { type BetaToolRunContext, runRunnableTool } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool'
import { ToolError } from '@anthropic-ai/sdk/lib/tools/ToolError'
import { type Clock, createRuntime, type Runtime, toolFailure } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { wrapTools } from './wrap-tools.ts'

const contextOf = (input: unknown, signal?: AbortSignal): BetaToolRunContext => {
  const toolUse = { type: 'tool_use', id: 'toolu_1', name: 'weather', input, caller: { type: 'direct' } } as const
  return { toolUse, toolUseBlock: toolUse, signal }
}

function newRuntime(clock?: Clock): Runtime {
  const runtime = createRuntime(clock && { clock })
  onTestFinished(() => runtime.close())
  return runtime
}

const weather = (run: (args: { city: string }, context?: BetaToolRunContext) => string | Promise<string>) =>
  betaZodTool({
    name: 'weather',
    description: 'The weather of a city',
    inputSchema: z.object({ city: z.string().toUpperCase() }),
    strict: true,
    cache_control: { type: 'ephemeral' },
    run,
  })

test('keeps what the SDK sends of a tool', () => {
  const tools = [weather(() => ''), { type: 'web_search_20250305', name: 'web_search' }] as const
  const wrapped = wrapTools(tools, newRuntime())
  expect(JSON.stringify(wrapped)).toBe(JSON.stringify(tools))
  expect(wrapped[1]).toBe(tools[1])
})

test('runs a tool as a call of the runtime, under the id of its tool_use block', async () => {
  const runtime = newRuntime()
  const seen: unknown[] = []
  runtime.events$.subscribe((event) => 'callId' in event && seen.push(`${event.type} ${event.callId} ${event.tool}`))
  const [tool] = wrapTools([weather(({ city }, context) => `${city} ${context?.toolUse.id}`)], runtime)
  const context = contextOf({ city: 'bern' })
  expect(await runRunnableTool(tool, { city: 'bern' }, context)).toEqual({ content: 'BERN toolu_1', isError: false })
  expect(seen).toContain('call-settle toolu_1 weather')
})

test('a tool gets a signal that the runner and the runtime abort', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const stopped = Promise.withResolvers<unknown>()
  const [tool] = wrapTools(
    [
      weather(
        (_, context) =>
          new Promise((_resolve, reject) => {
            context?.signal?.addEventListener('abort', () => {
              stopped.resolve(context.signal?.reason)
              reject(new Error('stopped'))
            })
            controller.abort(reason)
          }),
      ),
    ],
    newRuntime(),
  )
  await expect(tool.run({ city: 'x' }, contextOf({}, controller.signal))).rejects.toBe(reason)
  expect(await stopped.promise).toBe(reason)
})

test('without hints a failure is not repeated, with them it is', async () => {
  let runs = 0
  const flaky = weather(() => {
    runs += 1
    throw toolFailure({ message: 'busy', retryable: true })
  })
  const [plain] = wrapTools([flaky], newRuntime())
  const outcome = await runRunnableTool(plain, { city: 'x' }, contextOf({}))
  expect(outcome).toMatchObject({ isError: true, content: expect.stringContaining('"code":"EXECUTION_FAILED"') })
  expect(runs).toBe(1)
  const tools = { weather: { annotations: { readOnlyHint: true }, policy: { retry: { maxAttempts: 3 } } } }
  const clock = createTestClock()
  const [hinted] = wrapTools([flaky], newRuntime(clock), { tools })
  const running = runRunnableTool(hinted, { city: 'x' }, contextOf({}))
  await clock.advance(60_000)
  await running
  expect(runs).toBe(4)
})

test('answers from the cache where hints allow it, for the session that options give', async () => {
  let runs = 0
  const tools = {
    weather: { annotations: { readOnlyHint: true }, policy: { cache: { ttl: 1000, scope: 'session' } } },
  } as const
  const options = { tools, options: (context?: BetaToolRunContext) => ({ session: context?.toolUse.name ?? '' }) }
  const [tool] = wrapTools([weather(() => `run ${++runs}`)], newRuntime(), options)
  const content = async () => (await runRunnableTool(tool, { city: 'x' }, contextOf({}))).content
  expect([await content(), await content()]).toEqual(['run 1', 'run 1'])
})

test('a ToolError of the SDK reaches the model as the tool threw it', async () => {
  const content = [{ type: 'text' as const, text: 'no such city' }]
  const [tool] = wrapTools(
    [
      weather(() => {
        throw new ToolError(content)
      }),
    ],
    newRuntime(),
  )
  expect(await runRunnableTool(tool, { city: 'x' }, contextOf({}))).toEqual({ content, isError: true })
})

test('runs the tools of an MCP client', async () => {
  const client = {
    callTool: async ({ arguments: given }: { arguments?: unknown }) =>
      Object.keys(given as object).length === 0
        ? { isError: true, content: [{ type: 'text' as const, text: 'what?' }] }
        : { content: [{ type: 'text' as const, text: JSON.stringify(given) }] },
  }
  const listed = [{ name: 'echo', description: 'echoes', inputSchema: { type: 'object' as const } }]
  const originals = mcpTools(listed, client)
  const [tool] = wrapTools(originals, newRuntime())
  if (tool === undefined) throw new Error('expected a tool')
  expect(Object.getOwnPropertySymbols(tool)).toEqual(Object.getOwnPropertySymbols(originals[0]))
  const text = (outcome: unknown) => ({ content: [{ type: 'text', text: outcome }] })
  expect(await runRunnableTool(tool, { a: 1 }, contextOf({}))).toMatchObject({ ...text('{"a":1}'), isError: false })
  expect(await runRunnableTool(tool, {}, contextOf({}))).toMatchObject({ ...text('what?'), isError: true })
})

test('tools that are objects of a class work as before', async () => {
  class Counter {
    name = 'count'
    description = 'counts'
    input_schema = { type: 'object' as const }
    #count = 0
    parse(content: unknown): unknown {
      return this.#count === 0 && content
    }
    run(): string {
      return String(++this.#count)
    }
    close(): void {
      this.#count = -1
    }
  }
  const original = new Counter()
  const [tool] = wrapTools([original], newRuntime())
  expect(await runRunnableTool(tool, {}, contextOf({}))).toEqual({ content: '1', isError: false })
  tool.close()
  expect(original.run()).toBe('0')
})

test('runs a tool by hand, without a context', async () => {
  const inputSchema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } as const
  const run = ({ a }: { a: number }, context?: BetaToolRunContext) => `${a} ${typeof context}`
  const [tool] = wrapTools([betaTool({ name: 'sum', description: 'sums', inputSchema, run })], newRuntime())
  expect(await tool.run({ a: 1 })).toBe('1 undefined')
})

test('refuses hints for tools that are not there', () => {
  expect(() => wrapTools([weather(() => '')], newRuntime(), { tools: { wether: {} } })).toThrow(
    "wrapTools: tools has hints for 'wether', which is none of the tools: weather",
  )
})
