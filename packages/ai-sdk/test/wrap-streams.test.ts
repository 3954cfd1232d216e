import { stepCountIs, streamText, type Tool, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { wrapTools } from '../src/index.ts'
import { openRuntime } from './open-runtime.ts'
import { scriptedModel, shown, toolCall } from './scripted-model.ts'

const inputSchema = z.object({ city: z.string() })
const rome = { city: 'Rome' }
const prompt = 'Go'
const stopWhen = stepCountIs(5)
/** What the SDK hands to a tool that is called by hand. */
const byHand = { toolCallId: 'x', messages: [], context: {} }

function weatherTool(run: (city: string) => unknown) {
  return tool({ description: 'The weather', inputSchema, execute: async ({ city }) => run(city) })
}

function romeModel() {
  return scriptedModel({ calls: [toolCall('a', 'weather', rome)] })
}

async function collect(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const value of values) all.push(value)
  return all
}

describe('a tool that streams', () => {
  async function* report({ city }: { city: string }): AsyncGenerator<string, string> {
    yield `${city}…`
    yield `${city}: 21`
    return 'dropped'
  }
  const plain = { inputSchema, execute: report }
  const indirect = { inputSchema, execute: (input: { city: string }, _context: object) => report(input) }

  it('streams as without us, whether it is a generator or gives one, and what it returns is dropped', async () => {
    const { runtime } = openRuntime()
    const partsOf = async (weather: Tool) => {
      const model = romeModel()
      const { fullStream } = streamText({ model, tools: { weather }, prompt, stopWhen })
      const parts = (await collect(fullStream)) as { type: string; output?: unknown; preliminary?: boolean }[]
      const results = parts.filter(({ type }) => type === 'tool-result')
      return [results.map(({ output, preliminary }) => [output, preliminary]), shown(model)]
    }
    const expected = await partsOf(tool(plain))
    expect(expected[0]).toHaveLength(3)
    for (const each of [plain, indirect]) {
      expect(await partsOf(wrapTools({ weather: tool(each) }, runtime).weather)).toEqual(expected)
    }
  })

  it('is awaited and not iterated where it does not stream', async () => {
    const { runtime } = openRuntime()
    const tools = wrapTools({ weather: weatherTool(String) }, runtime)
    expect(tools.weather.execute?.(rome, byHand)).toBeInstanceOf(Promise)
  })

  it('gives its last value where a call has to wait and nobody can know that it will stream', async () => {
    const { runtime } = openRuntime()
    const slow = Promise.withResolvers<void>()
    const tools = wrapTools(
      { weather: { inputSchema, execute: indirect.execute }, busy: weatherTool(() => slow.promise) },
      runtime,
      { tools: { weather: { policy: { approval: () => slow.promise.then(() => true) } } } },
    )
    const output = tools.weather.execute(rome, byHand)
    slow.resolve()
    expect(await output).toBe('Rome: 21')
  })

  it('throws what the model should read, after what came before', async () => {
    const { runtime } = openRuntime()
    const tools = wrapTools(
      {
        weather: {
          inputSchema,
          async *execute(_input: unknown, _context: object) {
            yield 'half'
            throw new Error('broken off')
          },
        },
      },
      runtime,
    )
    const outputs = tools.weather.execute({}, byHand) as AsyncGenerator<string>
    expect(await outputs.next()).toEqual({ value: 'half', done: false })
    await expect(outputs.next()).rejects.toThrow(/^\{"error":\{"code":"EXECUTION_FAILED"/)
  })

  it('ends when nobody reads on', async () => {
    const { runtime, log } = openRuntime()
    const ended = Promise.withResolvers<void>()
    async function* endless(_input: unknown, _context: object) {
      try {
        for (;;) yield 1
      } finally {
        ended.resolve()
      }
    }
    for (const execute of [endless, (input: unknown, context: object) => endless(input, context)]) {
      const tools = wrapTools({ endless: { inputSchema, execute } }, runtime)
      for await (const value of tools.endless.execute({}, byHand) as AsyncGenerator<number>) {
        expect(value).toBe(1)
        break
      }
      await ended.promise
    }
    expect(log.filter((line) => line.endsWith('settle cancelled'))).toHaveLength(2)
  })
})
