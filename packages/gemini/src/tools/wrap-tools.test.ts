import type { CallableTool, FunctionCall, Part } from '@google/genai'
import { type Clock, createRuntime, type Runtime } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type GeminiFunction, wrapTools } from './wrap-tools.ts'

function openRuntime(clock?: Clock): Runtime {
  const runtime: Runtime = createRuntime({ ...(clock && { clock }) })
  onTestFinished(() => runtime.close())
  return runtime
}

const weather: GeminiFunction = {
  declaration: { name: 'weather', description: 'W', parametersJsonSchema: { type: 'object' } },
  run: ({ city }) => ({ city, degrees: 21 }),
}

/** A callable tool as `mcpToTool` makes it: it answers only its own functions, without ids. */
function remote(run: (call: FunctionCall) => unknown = () => ({ content: [] })): CallableTool {
  return {
    tool: async () => ({ functionDeclarations: [{ name: 'search', description: 'S' }], googleSearch: {} }),
    callTool: async (calls) =>
      calls
        .filter(({ name }) => name === 'search')
        .map(
          (call): Part => ({ functionResponse: { name: 'search', response: run(call) as Record<string, unknown> } }),
        ),
  }
}

describe('wrapTools', () => {
  it('is one callable tool with everything that was declared', async () => {
    const wrapped = wrapTools([weather, remote()], openRuntime())
    expect(wrapped).toHaveLength(1)
    expect(await wrapped[0]?.tool()).toEqual({
      googleSearch: {},
      functionDeclarations: [weather.declaration, { name: 'search', description: 'S' }],
    })
    expect(wrapTools([], openRuntime())).toEqual([])
  })

  it('runs calls through the runtime and answers them in order, with their ids', async () => {
    const runtime = openRuntime()
    const started: string[] = []
    runtime.events$.subscribe((event) => event.type === 'call-start' && started.push(`${event.tool} ${event.callId}`))
    const [tool] = wrapTools([weather, remote(({ args }) => ({ found: args }))], runtime)
    const parts = await tool?.callTool([
      { id: 'a', name: 'search', args: { q: 'x' } },
      { id: 'b', name: 'weather', args: { city: 'Rome' } },
      { name: 'weather' },
      { id: 'd', name: 'other' },
    ])
    expect(parts).toEqual([
      { functionResponse: { id: 'a', name: 'search', response: { found: { q: 'x' } } } },
      { functionResponse: { id: 'b', name: 'weather', response: { output: { city: 'Rome', degrees: 21 } } } },
      { functionResponse: { name: 'weather', response: { output: { degrees: 21 } } } },
    ])
    expect(started.slice(0, 2).toSorted()).toEqual(['search a', 'weather b'])
  })

  it('runs the calls of a response side by side', async () => {
    const both = Promise.withResolvers<void>()
    let running = 0
    const run = (): Promise<void> => {
      running++
      if (running === 2) both.resolve()
      return both.promise
    }
    const first = { declaration: { name: 'first' }, run }
    const second = { declaration: { name: 'second' }, run }
    const parts = await wrapTools([first, second], openRuntime())[0]?.callTool([{ name: 'first' }, { name: 'second' }])
    expect(parts).toHaveLength(2)
  })

  it('answers with an error where the SDK would have ended the request', async () => {
    const bad = { declaration: { name: 'bad' }, run: () => Promise.reject(new Error('no')) }
    const broken = remote(() => {
      throw new Error('gone')
    })
    const parts = await wrapTools([bad, broken], openRuntime())[0]?.callTool([
      { id: '1', name: 'bad' },
      { id: '2', name: 'search' },
    ])
    expect(parts).toMatchObject([
      { functionResponse: { id: '1', name: 'bad', response: { error: { code: 'EXECUTION_FAILED' } } } },
      { functionResponse: { id: '2', name: 'search', response: { error: { code: 'EXECUTION_FAILED' } } } },
    ])
  })

  it('neither repeats nor caches without hints', async () => {
    const runs = { count: 0 }
    const run = (): never => {
      runs.count++
      throw Object.assign(new Error('busy'), { status: 503 })
    }
    await wrapTools([{ declaration: { name: 'f' }, run }], openRuntime())[0]?.callTool([{ name: 'f' }])
    expect(runs.count).toBe(1)
  })

  it('repeats and caches by hints, and answers each call under its own id', async () => {
    let count = 0
    const flaky = remote(() => {
      count++
      if (count === 1) throw Object.assign(new Error('busy'), { status: 503 })
      return { count }
    })
    const clock = createTestClock()
    const policy = { cache: { ttl: 60_000, scope: 'shared' } } as const
    const [tool] = wrapTools([flaky], openRuntime(clock), {
      tools: { search: { annotations: { readOnlyHint: true }, policy } },
    })
    const first = tool?.callTool([{ id: 'a', name: 'search', args: {} }])
    await clock.advance(30_000) // what a wait before another try takes at most
    expect(await first).toEqual([{ functionResponse: { id: 'a', name: 'search', response: { count: 2 } } }])
    expect(await tool?.callTool([{ name: 'search', args: {} }])).toEqual([
      { functionResponse: { name: 'search', response: { count: 2 } } },
    ])
    expect(count).toBe(2)
  })

  it('hands options of a call to the runtime', async () => {
    const seen: unknown[] = []
    const f: GeminiFunction = {
      declaration: { name: 'f' },
      run: (_, { session, callId }) => {
        seen.push([session, callId])
      },
    }
    const options = ({ id }: FunctionCall): { session: string } => ({ session: `s-${id}` })
    await wrapTools([f], openRuntime(), { options })[0]?.callTool([{ id: '7', name: 'f' }])
    expect(seen).toEqual([['s-7', '7']])
  })

  it('refuses what it cannot wrap', async () => {
    const runtime = openRuntime()
    expect(() => wrapTools([weather, weather], runtime)).toThrow("two tools declare the function 'weather'")
    expect(() => wrapTools([{ declaration: {}, run: () => 1 }], runtime)).toThrow('with a declaration.name')
    expect(() => wrapTools([weather], runtime, { tools: { wether: {} } })).toThrow("hints for 'wether'")
    await expect(wrapTools([remote()], runtime, { tools: { serch: {} } })[0]?.tool()).rejects.toThrow(
      "hints for 'serch'",
    )
  })
})
