import { isToolError, toolFailure } from '@headrace/core'
import { generateText, stepCountIs, streamText, type Tool, type ToolExecutionOptions, ToolLoopAgent, tool } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ToolReplyError, wrapTools } from '../src/index.ts'
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

function userOf(context: unknown): string {
  return z.object({ user: z.string() }).parse(context).user
}

describe('wrapTools', () => {
  it('gives results as the tools do, and the runtime tells of the calls by their own ids', async () => {
    const { runtime, log } = openRuntime()
    const weather = weatherTool((city) => ({ city, degrees: 21 }))
    const answers: unknown[] = []
    for (const tools of [{ weather }, wrapTools({ weather }, runtime)]) {
      const model = romeModel()
      const { steps } = await generateText({ model, tools, prompt, stopWhen })
      answers.push([steps.map(({ content }) => content), shown(model)])
    }
    expect(answers[1]).toEqual(answers[0])
    expect(log).toEqual(['a call-start', 'a attempt-start', 'a call-settle ok'])
  })

  it('does the same for streamText and for an agent', async () => {
    const { runtime } = openRuntime()
    const tools = wrapTools({ weather: weatherTool((city) => `${city}: 21`) }, runtime)
    const streaming = romeModel()
    const { text } = streamText({ model: streaming, tools, prompt, stopWhen })
    expect(await text).toBe('done')
    const agent = new ToolLoopAgent({ model: romeModel(), tools })
    expect((await agent.generate({ prompt })).text).toBe('done')
    expect(shown(streaming)).toEqual({ a: { type: 'text', value: 'Rome: 21' } })
  })

  it('keeps every other member of a tool, and adds no execute where there was none', () => {
    const { runtime } = openRuntime()
    const mark = Symbol('mark')
    class Base {
      greet() {
        return 'hello'
      }
    }
    const weather: Tool = Object.assign(new Base(), weatherTool(String), {
      [mark]: 1,
      strict: true,
      providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } },
      toModelOutput: () => ({ type: 'text' as const, value: 'x' }),
    })
    const asked = tool({ inputSchema, outputSchema: z.string() })
    const tools = wrapTools({ weather, asked, [mark]: 'set' }, runtime)
    expect(tools.asked).toBe(asked)
    expect(tools[mark]).toBe('set')
    const { execute, ...rest } = tools.weather
    const { execute: original, ...others } = weather
    expect(rest).toEqual(others)
    expect(execute).not.toBe(original)
    expect(tools.weather).toMatchObject({ [mark]: 1 })
    expect(tools.weather).toBeInstanceOf(Base)
    expect(Object.keys(tools.weather)).toEqual(Object.keys(weather))
  })

  it('wraps tools that are frozen, and leaves them as they were', async () => {
    const { runtime, log } = openRuntime()
    const weather = Object.freeze(weatherTool(String))
    const tools = wrapTools(Object.freeze({ weather }), runtime)
    expect(await tools.weather.execute(rome, byHand)).toBe('Rome')
    expect(log).toHaveLength(3)
    expect(await weather.execute(rome, byHand)).toBe('Rome')
    expect(log).toHaveLength(3)
  })

  it('calls a tool as its own method, with the context of the SDK and the signal of the attempt', async () => {
    const { runtime } = openRuntime()
    const seen: unknown[] = []
    const counter = {
      inputSchema,
      count: 1,
      async execute(this: { count: number }, _: unknown, context: ToolExecutionOptions<object>) {
        seen.push(this.count, { ...context })
        return this.count
      },
    }
    const tools = wrapTools({ counter }, runtime)
    const context = { ...byHand, context: { user: 7 }, experimental_context: 'older' }
    expect(await tools.counter.execute({}, context)).toBe(1)
    expect(seen).toEqual([1, { ...context, abortSignal: expect.any(AbortSignal) }])
  })

  it('passes policies and the options of a call on, made from what the SDK hands to the tool', async () => {
    const { runtime } = openRuntime()
    let runs = 0
    const tools = wrapTools({ weather: weatherTool((city) => `${city} ${++runs}`) }, runtime, {
      tools: {
        weather: { annotations: { readOnlyHint: true }, policy: { cache: { ttl: 10_000, scope: 'session' } } },
      },
      options: ({ context }) => ({ session: userOf(context) }),
    })
    const of = (user: string) => tools.weather.execute?.(rome, { ...byHand, context: { user } })
    expect([await of('ada'), await of('ada'), await of('bob')]).toEqual(['Rome 1', 'Rome 1', 'Rome 2'])
  })

  it('repeats no call without hints', async () => {
    const { runtime, log } = openRuntime()
    const tools = wrapTools(
      {
        weather: weatherTool(() => {
          throw toolFailure({ message: 'not now', retryable: true })
        }),
      },
      runtime,
    )
    await expect(tools.weather.execute?.(rome, byHand)).rejects.toThrow('EXECUTION_FAILED')
    expect(log.filter((line) => line.endsWith('attempt-start'))).toHaveLength(1)
  })

  it('names options that make no sense', () => {
    const { runtime } = openRuntime()
    const tools = { weather: weatherTool(String) }
    expect(() => wrapTools(tools, runtime, { tool: {} } as object)).toThrow("wrapTools: unknown option 'tool'")
    expect(() => wrapTools(tools, runtime, { tools: { wether: {} } } as object)).toThrow("hints for 'wether'")
    expect(() => wrapTools(tools, runtime, { early: 'always' } as object)).toThrow(
      "wrapTools: early must be 'read-only', 'all', 'none' or a function, got always",
    )
    expect(() => wrapTools({ 'no name': weatherTool(String) }, runtime)).toThrow('no name')
  })
})

describe('an approval of the SDK', () => {
  it('is asked for and answered as without us', async () => {
    const { runtime, log } = openRuntime()
    const weather = { ...weatherTool((city) => `${city}: 21`), needsApproval: true }
    const tools = wrapTools({ weather }, runtime, { early: 'all' })
    const model = romeModel()
    const first = await generateText({ model, tools, prompt, stopWhen })
    const asked = first.content.find((part) => part.type === 'tool-approval-request')
    expect(log).toEqual([])
    const answer = (approved: boolean) =>
      generateText({
        model,
        tools,
        messages: [
          { role: 'user', content: prompt },
          ...first.response.messages,
          {
            role: 'tool',
            content: [{ type: 'tool-approval-response', approvalId: asked?.approvalId ?? '', approved }],
          },
        ],
      })
    await answer(false)
    expect(shown(model)).toMatchObject({ a: { type: 'execution-denied' } })
    expect(log).toEqual([])
    await answer(true)
    expect(shown(model)).toEqual({ a: { type: 'text', value: 'Rome: 21' } })
    expect(log.at(-1)).toBe('a call-settle ok')
  })
})

describe('a call that fails', () => {
  it('shows the model what to do, and gives the error of the call as the cause', async () => {
    const { runtime } = openRuntime()
    const fails = weatherTool(() => {
      throw Object.assign(new Error('upstream 503'), { status: 503 })
    })
    const model = romeModel()
    const { steps } = await generateText({ model, tools: wrapTools({ weather: fails }, runtime), prompt, stopWhen })
    const part = steps[0]?.content.find(({ type }) => type === 'tool-error')
    const error = part?.type === 'tool-error' ? part.error : undefined
    expect(error).toBeInstanceOf(ToolReplyError)
    const { cause } = error as ToolReplyError
    expect(isToolError(cause) && cause.details.status).toBe(503)
    const value = String(error)
    expect(shown(model)).toEqual({ a: { type: 'error-text', value } })
    expect(JSON.parse(value)).toEqual({ error: isToolError(cause) && cause.toModel() })
  })

  it('says what became of a call that the runtime cancels', async () => {
    const { runtime } = openRuntime()
    const work = Promise.withResolvers<string>()
    const tools = wrapTools({ weather: weatherTool(() => work.promise) }, runtime)
    const output = tools.weather.execute?.(rome, byHand)
    const closing = runtime.close()
    await expect(output).rejects.toThrow('The call was cancelled before it gave a result.')
    work.resolve('late')
    await closing
  })
})

describe('a signal of the SDK', () => {
  it('reaches the tool in the middle, and the reason is thrown as it is', async () => {
    const { runtime, log } = openRuntime()
    const abort = new AbortController()
    const begun = Promise.withResolvers<AbortSignal>()
    const work = Promise.withResolvers<string>()
    const tools = wrapTools(
      {
        weather: tool({
          inputSchema,
          execute: (_, { abortSignal }) => {
            if (abortSignal) begun.resolve(abortSignal)
            return work.promise
          },
        }),
      },
      runtime,
    )
    const output = tools.weather.execute?.(rome, { ...byHand, abortSignal: abort.signal })
    const signal = await begun.promise
    const reason = new Error('the user left')
    abort.abort(reason)
    expect(signal.reason).toBe(reason)
    await expect(output).rejects.toBe(reason)
    expect(log.at(-1)).toBe('x call-settle cancelled')
    work.resolve('late')
  })

  it('ends generateText as it does without us', async () => {
    const { runtime } = openRuntime()
    const run = async (wrap: boolean) => {
      const abort = new AbortController()
      const weather = weatherTool(async () => {
        abort.abort()
        await new Promise((_, reject) => reject(abort.signal.reason))
      })
      const tools = wrap ? wrapTools({ weather }, runtime) : { weather }
      const { signal: abortSignal } = abort
      return generateText({ model: romeModel(), tools, prompt, abortSignal, stopWhen }).catch((error) => error)
    }
    expect(await run(true)).toEqual(await run(false))
    expect(await run(true)).toMatchObject({ name: 'AbortError' })
  })
})
