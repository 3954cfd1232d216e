import { createRuntime, isToolError, toolFailure } from '@headrace/core'
import { dispatchCustomEvent } from '@langchain/core/callbacks/dispatch'
import { AIMessage, ToolMessage } from '@langchain/core/messages'
import { StructuredTool, tool } from '@langchain/core/tools'
import {
  Command,
  END,
  getCurrentTaskInput,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { wrapTools } from '../src/index.ts'
import { toolMessages } from './support/agent-run.ts'

const schema = z.object({ city: z.string().transform((city) => city.toUpperCase()) })
const fields = { name: 'weather', description: 'Says the weather', schema }
const calls = (...cities: string[]) =>
  new AIMessage({
    content: '',
    tool_calls: cities.map((city, index) => ({
      name: 'weather',
      args: { city },
      id: `call ${index}`,
      type: 'tool_call',
    })),
  })
const oslo = { name: 'weather', args: { city: 'Oslo' }, id: 'a', type: 'tool_call' as const }
const read = { annotations: { readOnlyHint: true } }
const cached = { ...read, policy: { cache: { ttl: 60_000, scope: 'shared' as const } } }

describe('wrapTools', () => {
  it('keeps all that is on a tool', () => {
    const metadata = { team: 'sky' }
    const weather = tool(() => 'sunny', {
      ...fields,
      metadata,
      tags: ['outside'],
      returnDirect: true,
      responseFormat: 'content',
      extras: { cache_control: { type: 'ephemeral' } },
      verboseParsingErrors: true,
    })
    const [wrapped] = wrapTools([weather], createRuntime())
    expect(wrapped).toBeInstanceOf(StructuredTool)
    const { name, description, returnDirect, tags, extras, verboseParsingErrors } = wrapped
    expect({ name, description, returnDirect, tags, extras, verboseParsingErrors }).toEqual({
      name: 'weather',
      description: 'Says the weather',
      returnDirect: true,
      tags: ['outside'],
      extras: { cache_control: { type: 'ephemeral' } },
      verboseParsingErrors: true,
    })
    expect(wrapped.schema).toBe(schema)
    expect(wrapped.metadata).toBe(metadata)
  })

  it('runs a tool with what its schema has parsed, once, and formats what it gives as before', async () => {
    const runtime = createRuntime()
    const ids: string[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') ids.push(event.callId)
    })
    const pair = tool(({ city }: { city: string }) => [`sunny in ${city}`, { city }], {
      ...fields,
      responseFormat: 'content_and_artifact',
    })
    const [wrapped] = wrapTools([pair], runtime)
    const message: ToolMessage = await wrapped.invoke(oslo)
    expect(message).toMatchObject({ content: 'sunny in OSLO', artifact: { city: 'OSLO' }, tool_call_id: 'a' })
    expect(await wrapped.invoke({ city: 'Rome' })).toBe('sunny in ROME')
    expect(ids).toEqual(['a', expect.any(String)])
  })

  it('wraps a class with private members', async () => {
    class Weather extends StructuredTool<typeof schema> {
      readonly name = 'weather'
      readonly description = 'Says the weather'
      readonly #schema = schema
      readonly #sky = 'sunny'
      override get schema(): typeof schema {
        return this.#schema
      }
      protected override async _call({ city }: z.output<typeof schema>): Promise<string> {
        return `${this.#sky} in ${city}`
      }
    }
    const [wrapped] = wrapTools([new Weather()], createRuntime())
    expect(await wrapped.invoke({ city: 'Oslo' })).toBe('sunny in OSLO')
  })

  it('answers from the cache in the form of the call that asks', async () => {
    const work = vi.fn(() => ['sunny', { at: 1 }])
    const pair = tool(work, { ...fields, responseFormat: 'content_and_artifact' })
    const [wrapped] = wrapTools([pair], createRuntime(), { tools: { weather: cached } })
    await wrapped.invoke(oslo)
    expect(await wrapped.invoke({ ...oslo, id: 'b' })).toMatchObject({ artifact: { at: 1 }, tool_call_id: 'b' })
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('tells callbacks of one run, with the values that a tool streams, however often it is tried', async () => {
    const told: unknown[] = []
    let tries = 0
    const weather = tool(
      async function* () {
        tries += 1
        if (tries === 1) throw toolFailure({ message: 'busy', retryable: true })
        yield 'looking'
        yield 'still looking'
        return 'sunny'
      },
      { ...fields, callbacks: [{ handleToolStart: () => void told.push('start') }] },
    )
    const [wrapped] = wrapTools([weather], createRuntime(), {
      tools: { weather: { ...read, policy: { retry: { backoff: () => 0 } } } },
    })
    const handlers = {
      handleToolEvent: (value: unknown) => void told.push(value),
      handleToolEnd: () => void told.push('end'),
      handleToolError: () => void told.push('error'),
    }
    expect(await wrapped.invoke(oslo, { callbacks: [handlers] })).toMatchObject({ content: 'sunny' })
    expect(told).toEqual(['start', 'looking', 'still looking', 'end'])
  })

  it('gives what LangChain gives of a generator that returns nothing', async () => {
    const weather = tool(async function* () {
      yield 'looking'
    }, fields)
    const [wrapped] = wrapTools([weather], createRuntime())
    expect(await wrapped.invoke(oslo)).toMatchObject({ content: (await weather.invoke(oslo)).content })
  })

  it('throws an error with the text for the model, whose cause is the ToolError', async () => {
    const weather = tool(() => {
      throw new Error('upstream is down')
    }, fields)
    const [wrapped] = wrapTools([weather], createRuntime())
    const error: Error = await wrapped.invoke(oslo).catch((thrown) => thrown)
    expect(JSON.parse(error.message)).toMatchObject({ error: { code: 'EXECUTION_FAILED' } })
    expect(isToolError(error.cause) && error.cause.cause).toMatchObject({ message: 'upstream is down' })
  })

  it('leaves arguments that do not fit to LangChain', async () => {
    const work = vi.fn(() => 'sunny')
    const [wrapped] = wrapTools([tool(work, fields)], createRuntime())
    await expect(wrapped.invoke({ ...oslo, args: { city: 7 } } as never)).rejects.toThrow(
      /did not match expected schema/,
    )
    expect(work).not.toHaveBeenCalled()
  })

  it('gives session and the like from what LangChain hands to a tool', async () => {
    const runtime = createRuntime()
    const session: unknown[] = []
    const weather = tool(() => 'sunny', fields)
    const [wrapped] = wrapTools([weather], runtime, {
      tools: { weather: { policy: { approval: (call) => session.push(call.session) > 0 } } },
      options: ({ configurable }) => ({ session: configurable?.thread_id }),
    })
    await wrapped.invoke(oslo, { configurable: { thread_id: 'thread 7' } })
    expect(session).toEqual(['thread 7'])
  })

  it('ends a tool when the attempt takes too long, and throws what the graph was aborted with', async () => {
    const reasons: unknown[] = []
    const weather = tool(
      (_input: unknown, { signal }: { signal?: AbortSignal }) =>
        new Promise<string>(() => {
          signal?.addEventListener('abort', () => reasons.push(signal.reason))
        }),
      fields,
    )
    const runtime = createRuntime()
    const [short] = wrapTools([weather], runtime, { tools: { weather: { policy: { timeout: { attempt: 1 } } } } })
    await expect(short.invoke(oslo)).rejects.toThrow(/"code":"TIMEOUT"/)
    const [long] = wrapTools([weather], runtime)
    const stop = new AbortController()
    const waiting = long.invoke(oslo, { signal: stop.signal })
    const left = new Error('the user has left')
    setImmediate(() => stop.abort(left))
    await expect(waiting).rejects.toBe(left)
    expect(reasons).toEqual([expect.objectContaining({ kind: 'timeout' }), left])
  })

  it('says at once what is wrong with tools and options', () => {
    const runtime = createRuntime()
    const weather = tool(() => 'sunny', fields)
    expect(() => wrapTools([weather, weather], runtime)).toThrow(/two tools of the name 'weather'/)
    expect(() => wrapTools([{ type: 'web_search' }] as never, runtime)).toThrow(/must be StructuredTools/)
    expect(() => wrapTools([{ name: 'search' }] as never, runtime)).toThrow(/'search' is no StructuredTool/)
    expect(() => wrapTools([weather], runtime, { tools: { whether: {} } })).toThrow(/hints for 'whether'/)
  })
})

/** A graph of one ToolNode, with a checkpoint. */
function graphOf(tools: StructuredTool[]) {
  return new StateGraph(MessagesAnnotation)
    .addNode('tools', new ToolNode(tools))
    .addEdge(START, 'tools')
    .addEdge('tools', END)
    .compile({ checkpointer: new MemorySaver() })
}
const thread = { configurable: { thread_id: '1' } }

describe('a ToolNode of wrapped tools', () => {
  it('runs the calls of a message in parallel and shows the model what failed', async () => {
    const both = Promise.withResolvers<void>()
    let running = 0
    const weather = tool(async ({ city }: { city: string }) => {
      running += 1
      if (running === 2) both.resolve()
      await both.promise
      if (city === 'ROME') throw toolFailure({ message: 'closed', hint: 'Ask for Milan.' })
      return 'sunny'
    }, fields)
    const graph = graphOf(wrapTools([weather], createRuntime()))
    const messages = toolMessages(await graph.invoke({ messages: [calls('Oslo', 'Rome')] }, thread))
    expect(messages[0]).toMatchObject({ content: 'sunny', tool_call_id: 'call 0' })
    expect(messages[1]).toMatchObject({ status: 'error', tool_call_id: 'call 1' })
    expect(messages[1]?.content).toMatch(/Ask for Milan/)
  })

  it('asks a person in the middle of a tool and goes on with the answer, whatever is kept and counted', async () => {
    const asked: string[] = []
    const weather = tool(({ city }: { city: string }) => {
      asked.push(city)
      return `sunny, ${String(interrupt(`may I look at ${city}?`))}`
    }, fields)
    const policy = {
      ...cached.policy,
      retry: { retryOn: () => true, backoff: () => 0 },
      repeat: { max: 1, within: 60_000 },
      breaker: { consecutiveFailures: 1 },
      fallback: () => 'a fallback',
    }
    const graph = graphOf(wrapTools([weather], createRuntime(), { tools: { weather: { ...read, policy } } }))
    const first = await graph.invoke({ messages: [calls('Oslo')] }, thread)
    expect(first).toMatchObject({ __interrupt__: [{ value: 'may I look at OSLO?' }] })
    const end = await graph.invoke(new Command({ resume: 'yes' }), thread)
    expect(toolMessages(end)[0]?.content).toBe('sunny, yes')
    expect(asked).toEqual(['OSLO', 'OSLO'])
  })

  it('gives a Command and a message of the tool itself as they are', async () => {
    const own = new ToolMessage({ content: 'mine', tool_call_id: 'call 1', id: 'own', artifact: new Map() })
    const answers: unknown[] = [
      new Command({ update: { messages: [new ToolMessage({ content: 'by command', tool_call_id: 'call 0' })] } }),
      own,
      own,
    ]
    const weather = tool(() => answers.shift() as string, fields)
    const [wrapped] = wrapTools([weather], createRuntime(), { tools: { weather: cached } })
    const end = await graphOf([wrapped]).invoke({ messages: [calls('Oslo', 'Rome')] }, thread)
    expect(toolMessages(end).map(({ content }) => content)).toEqual(['by command', 'mine'])
    expect(await wrapped.invoke(oslo)).toBe(own)
  })

  it('keeps the context of the graph: its state, its writer, its custom events, also behind a queue', async () => {
    const seen: unknown[] = []
    const weather = tool(async ({ city }: { city: string }, config) => {
      await Promise.resolve()
      const state = getCurrentTaskInput<typeof MessagesAnnotation.State>()
      seen.push(state.messages.length)
      const { writer } = config as unknown as { writer: (chunk: unknown) => void }
      writer({ looksAt: city })
      await dispatchCustomEvent('look', { city })
      return city
    }, fields)
    const tools = { weather: { policy: { concurrency: { max: 1 } } } }
    const graph = graphOf(wrapTools([weather], createRuntime(), { tools }))
    const input = { messages: [calls('Oslo', 'Rome')] }
    const handleCustomEvent = (name: string, data: unknown) => void seen.push([name, data])
    const stream = await graph.stream(input, { ...thread, streamMode: 'custom', callbacks: [{ handleCustomEvent }] })
    const chunks: unknown[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks).toEqual([{ looksAt: 'OSLO' }, { looksAt: 'ROME' }])
    expect(seen).toEqual([1, ['look', { city: 'OSLO' }], 1, ['look', { city: 'ROME' }]])
  })
})
