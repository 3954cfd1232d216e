import { createRuntime, toolFailure } from '@headrace/core'
import { ToolMessage } from '@langchain/core/messages'
import { createAgent, createMiddleware, tool } from 'langchain'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { headraceMiddleware } from '../src/index.ts'
import { callingModel, question, toolMessages } from './support/agent-run.ts'

const city = z.object({ city: z.string() })
const weatherOf = (work: (input: { city: string }) => unknown) =>
  tool(work, { name: 'weather', description: 'Says the weather', schema: city })
const oslo = { type: 'tool_call' as const, name: 'weather', args: { city: 'Oslo' } }
const read = { annotations: { readOnlyHint: true } }

describe('headraceMiddleware', () => {
  it('runs each call of a message through the runtime, in parallel, and gives the messages of LangChain', async () => {
    const runtime = createRuntime()
    const settled: string[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') settled.push(`${event.tool} ${event.callId} ${event.result.status}`)
    })
    const both = Promise.withResolvers<void>()
    let running = 0
    const weather = weatherOf(async ({ city }) => {
      running += 1
      if (running === 2) both.resolve()
      await both.promise
      return `sunny in ${city}`
    })
    const model = callingModel([
      { ...oslo, id: 'a' },
      { name: 'weather', args: { city: 'Rome' }, id: 'b' },
    ])
    const agent = createAgent({ model, tools: [weather], middleware: [headraceMiddleware(runtime)] })
    const messages = toolMessages(await agent.invoke(question))
    expect(
      messages.map(({ content, tool_call_id, status, name }) => ({ content, tool_call_id, status, name })),
    ).toEqual([
      { content: 'sunny in Oslo', tool_call_id: 'a', status: 'success', name: 'weather' },
      { content: 'sunny in Rome', tool_call_id: 'b', status: 'success', name: 'weather' },
    ])
    expect(settled.toSorted()).toEqual(['weather a ok', 'weather b ok'])
  })

  it('repeats nothing and keeps nothing without hints', async () => {
    const runtime = createRuntime({ policy: { retry: { backoff: () => 0 }, cache: { ttl: 60_000, scope: 'shared' } } })
    const work = vi.fn(() => {
      throw toolFailure({ message: 'busy', retryable: true })
    })
    const model = callingModel([{ ...oslo, id: 'a' }], [{ ...oslo, id: 'b' }])
    const agent = createAgent({ model, tools: [weatherOf(work)], middleware: [headraceMiddleware(runtime)] })
    await agent.invoke(question)
    expect(work).toHaveBeenCalledTimes(2)
  })

  it('repeats by hints, and tells the model of a failure in our words', async () => {
    const runtime = createRuntime()
    const work = vi.fn(() => {
      throw toolFailure({ message: 'upstream is down', retryable: true })
    })
    const tools = { weather: { ...read, policy: { retry: { maxAttempts: 3, backoff: () => 0 } } } }
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weatherOf(work)],
      middleware: [headraceMiddleware(runtime, { tools })],
    })
    const [message] = toolMessages(await agent.invoke(question))
    expect(work).toHaveBeenCalledTimes(3)
    expect(message).toMatchObject({ status: 'error', tool_call_id: 'a', name: 'weather' })
    expect(JSON.parse(message?.text ?? '')).toMatchObject({
      error: { code: 'EXECUTION_FAILED', attempts: 3, message: expect.stringContaining('upstream is down') },
    })
  })

  it('answers from the cache under the id of the call that asks', async () => {
    const runtime = createRuntime()
    const work = vi.fn(() => ['short', { long: 'long' }])
    const weather = tool(work, {
      name: 'weather',
      description: 'Says the weather',
      schema: city,
      responseFormat: 'content_and_artifact',
    })
    const tools = { weather: { ...read, policy: { cache: { ttl: 60_000, scope: 'shared' as const } } } }
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }], [{ ...oslo, id: 'b' }]),
      tools: [weather],
      middleware: [headraceMiddleware(runtime, { tools })],
    })
    const messages = toolMessages(await agent.invoke(question))
    expect(work).toHaveBeenCalledTimes(1)
    expect(messages).toHaveLength(2)
    expect(messages[1]).toBeInstanceOf(ToolMessage)
    expect(messages[1]).toMatchObject({
      content: 'short',
      artifact: { long: 'long' },
      tool_call_id: 'b',
      status: 'success',
    })
    expect(Object.isFrozen(messages[1]?.artifact)).toBe(false)
  })

  it('gives a fallback the form of a message', async () => {
    const runtime = createRuntime()
    const weather = weatherOf(() => {
      throw new Error('down')
    })
    const outputs = ['yesterday it was sunny', { content: 'sunny', artifact: 7 }, { degrees: 20 }]
    const tools = { weather: { policy: { fallback: () => outputs.shift() } } }
    const model = callingModel([{ ...oslo, id: 'a' }], [{ ...oslo, id: 'b' }], [{ ...oslo, id: 'c' }])
    const agent = createAgent({ model, tools: [weather], middleware: [headraceMiddleware(runtime, { tools })] })
    const messages = toolMessages(await agent.invoke(question))
    expect(messages.map(({ content }) => content)).toEqual(['yesterday it was sunny', 'sunny', '{"degrees":20}'])
    expect(messages[1]?.artifact).toBe(7)
  })

  it('gives what middleware of the runtime has made of an output', async () => {
    const { map } = await import('rxjs')
    const runtime = createRuntime({
      middleware: [
        (call, next) =>
          next(call).pipe(
            map((event) =>
              event.type === 'call-settle' && event.result.status === 'ok'
                ? { ...event, result: { ...event.result, output: 'hidden' } }
                : event,
            ),
          ),
      ],
    })
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weatherOf(() => 'secret')],
      middleware: [headraceMiddleware(runtime)],
    })
    expect(toolMessages(await agent.invoke(question))[0]?.content).toBe('hidden')
  })

  it('takes session and deadline from the state and the runtime of the request', async () => {
    const runtime = createRuntime()
    const sessions: unknown[] = []
    const withSession = createMiddleware({ name: 'user', stateSchema: z.object({ user: z.string() }) })
    const tools = {
      weather: { policy: { fallback: (_error: unknown, call: { session?: string | undefined }) => call.session } },
    }
    const middleware = headraceMiddleware(runtime, {
      tools,
      options: ({ runtime: { configurable }, state, toolCall }) => {
        sessions.push(state.messages.length, toolCall.id)
        return { session: String(configurable?.thread_id) }
      },
    })
    const weather = weatherOf(() => {
      throw new Error('down')
    })
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weather],
      middleware: [withSession, middleware],
    })
    const end = await agent.invoke({ ...question, user: 'ada' }, { configurable: { thread_id: 'thread 7' } })
    expect(sessions).toEqual([2, 'a'])
    expect(toolMessages(end)[0]?.content).toBe('thread 7')
  })

  it('tells the model of arguments that do not fit, without a stack, and blames no backend', async () => {
    const runtime = createRuntime()
    const tools = { weather: { policy: { breaker: { consecutiveFailures: 1 } } } }
    const agent = createAgent({
      model: callingModel([{ name: 'weather', args: { city: 7 }, id: 'a' }], [{ ...oslo, id: 'b' }]),
      tools: [weatherOf(() => 'sunny')],
      middleware: [headraceMiddleware(runtime, { tools })],
    })
    const messages = toolMessages(await agent.invoke(question))
    expect(messages[0]?.status).toBe('error')
    expect(messages[0]?.content).toMatch(/expected string, received number/)
    expect(messages[0]?.content).toMatch(/Correct these arguments/)
    expect(messages[0]?.content).not.toMatch(/\.js:\d/)
    expect(messages[1]?.content).toBe('sunny')
  })

  it('leaves the name of no tool to LangChain, and learns it not', async () => {
    const runtime = createRuntime()
    const seen: string[] = []
    runtime.events$.subscribe((event) => seen.push(event.type))
    const agent = createAgent({
      model: callingModel([{ name: 'whether', args: {}, id: 'a' }]),
      tools: [weatherOf(() => 'sunny')],
      middleware: [headraceMiddleware(runtime)],
    })
    const [message] = toolMessages(await agent.invoke(question))
    expect(message?.content).toMatch(/whether is not a valid tool, try one of \[weather\]/)
    expect(seen).toEqual([])
  })

  it('runs a tool that middleware further inside supplies, where there are hints for it', async () => {
    const seen: string[] = []
    const runtime = createRuntime()
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') seen.push(event.tool)
    })
    const supplies = createMiddleware({
      name: 'supplies',
      wrapToolCall: (request, handler) => handler({ ...request, tool: weatherOf(() => 'sunny') }),
    })
    for (const tools of [{}, { weather: {} }]) {
      const agent = createAgent({
        model: callingModel([{ ...oslo, id: 'a' }]),
        tools: [],
        middleware: [headraceMiddleware(runtime, { tools }), supplies],
      })
      expect(toolMessages(await agent.invoke(question))[0]?.content).toBe('sunny')
    }
    expect(seen).toEqual(['weather'])
  })

  it('takes a message with the status of an error for a failure, and passes it on as it is', async () => {
    const runtime = createRuntime()
    const statuses: string[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') statuses.push(event.result.status)
    })
    const refusal = new ToolMessage({
      content: 'no such city',
      tool_call_id: 'a',
      status: 'error',
      artifact: { at: 1 },
    })
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weatherOf(() => refusal)],
      middleware: [headraceMiddleware(runtime)],
    })
    expect(toolMessages(await agent.invoke(question))[0]).toMatchObject({
      content: 'no such city',
      artifact: { at: 1 },
    })
    expect(statuses).toEqual(['error'])
  })

  it('throws for options that nobody reads', () => {
    const runtime = createRuntime()
    expect(() => headraceMiddleware(runtime, { tool: {} } as never)).toThrow(
      /unknown option 'tool'; known are tools, options/,
    )
    expect(() => headraceMiddleware(runtime, { tools: { a: { retry: 1 } } } as never)).toThrow(
      /tools.a: unknown option 'retry'/,
    )
  })
})
