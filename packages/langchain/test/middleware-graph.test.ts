import { type CallResult, createRuntime } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { ToolMessage } from '@langchain/core/messages'
import { Command, GraphDrained, getCurrentTaskInput, INTERRUPT, interrupt, MemorySaver } from '@langchain/langgraph'
import { type AgentMiddleware, createAgent, humanInTheLoopMiddleware, type ToolRuntime, tool } from 'langchain'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { headraceMiddleware } from '../src/index.ts'
import { callingModel, question, toolMessages } from './support/agent-run.ts'

const city = z.object({ city: z.string() })
const weatherOf = (work: (input: { city: string }) => unknown) =>
  tool(work, { name: 'weather', description: 'Says the weather', schema: city })
const oslo = { type: 'tool_call' as const, name: 'weather', args: { city: 'Oslo' } }
const read = { annotations: { readOnlyHint: true } }

/** Every policy that could keep, repeat, replace or count what is no failure. */
const strict = {
  ...read,
  policy: {
    retry: { maxAttempts: 3, backoff: () => 0, retryOn: () => true },
    cache: { ttl: 60_000, scope: 'shared' as const, negative: { codes: ['EXECUTION_FAILED' as const], ttl: 60_000 } },
    breaker: {
      consecutiveFailures: 1,
      classify: ({ status }: CallResult) => (status === 'ok' ? 'success' : 'failure'),
    },
    repeat: { max: 1, within: 60_000 },
    fallback: () => 'a fallback',
  },
}

describe('what belongs to LangGraph', () => {
  it('interrupts inside a tool, and runs it again with the answer', async () => {
    const runtime = createRuntime()
    const answers: unknown[] = []
    const weather = weatherOf(({ city }) => {
      answers.push('asks')
      const answer: unknown = interrupt(`may I look at ${city}?`)
      answers.push(answer)
      return `sunny, ${String(answer)}`
    })
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weather],
      middleware: [headraceMiddleware(runtime, { tools: { weather: strict } })],
      checkpointer: new MemorySaver(),
    })
    const thread = { configurable: { thread_id: '1' } }
    const asked = await agent.invoke(question, thread)
    expect(asked).toMatchObject({ [INTERRUPT]: [{ value: 'may I look at Oslo?' }] })
    const end = await agent.invoke(new Command({ resume: 'yes' }), thread)
    expect(toolMessages(end)[0]?.content).toBe('sunny, yes')
    expect(answers).toEqual(['asks', 'asks', 'yes'])
  })

  it('interrupts each of several equal calls in one message, and answers each', async () => {
    const runtime = createRuntime()
    const weather = weatherOf(() => `sunny, ${String(interrupt('may I?'))}`)
    const agent = createAgent({
      model: callingModel([
        { ...oslo, id: 'a' },
        { ...oslo, id: 'b' },
      ]),
      tools: [weather],
      middleware: [headraceMiddleware(runtime, { tools: { weather: strict } })],
      checkpointer: new MemorySaver(),
    })
    const thread = { configurable: { thread_id: '1' } }
    const asked: { [INTERRUPT]?: { id?: string }[] } = await agent.invoke(question, thread)
    expect(asked[INTERRUPT]).toHaveLength(2)
    const resume = Object.fromEntries((asked[INTERRUPT] ?? []).map(({ id }, index) => [id, `answer ${index}`]))
    const end = await agent.invoke(new Command({ resume }), thread)
    expect(INTERRUPT in end).toBe(false)
    expect(toolMessages(end).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^sunny, answer/),
      expect.stringMatching(/^sunny, answer/),
    ])
  })

  it('throws the same object, and counts it nowhere', async () => {
    const runtime = createRuntime()
    const drained = new GraphDrained('shutdown')
    const results: unknown[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle') results.push(event.result.status)
      else if (event.type === 'breaker-change' || event.type === 'late-result') results.push(event.type)
    })
    const work = vi.fn(() => {
      throw drained
    })
    const { wrapToolCall } = headraceMiddleware(runtime, { tools: { weather: strict } })
    const weather = weatherOf(work)
    const request = { toolCall: { ...oslo, id: 'a' }, tool: weather, state: { messages: [] }, runtime: {} }
    for (let count = 0; count < 3; count++) {
      const run = async () =>
        wrapToolCall?.(request, (given) => (given.tool as typeof weather).invoke(given.toolCall) as never)
      await expect(run()).rejects.toBe(drained)
    }
    expect(work).toHaveBeenCalledTimes(3)
    expect(results).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })

  it('lets an answer that does not fit the interrupt pass through, also as a cause', async () => {
    const runtime = createRuntime()
    const invalid = new Error('invalid', {
      cause: Object.defineProperty(new Error('x'), Symbol.for('langgraph.invalid_resume'), { value: true }),
    })
    const { wrapToolCall } = headraceMiddleware(runtime)
    const request = { toolCall: { ...oslo, id: 'a' }, tool: weatherOf(() => ''), state: { messages: [] }, runtime: {} }
    await expect((async () => wrapToolCall?.(request, () => Promise.reject(invalid)))()).rejects.toBe(invalid)
  })

  it('gives a Command as it is, to each of several equal calls its own, and keeps none', async () => {
    const runtime = createRuntime()
    const commands: Command[] = []
    const weather = tool(
      async (_input, { toolCall }: { toolCall?: { id?: string } }) => {
        await Promise.resolve()
        const message = new ToolMessage({ content: `for ${toolCall?.id}`, tool_call_id: toolCall?.id ?? '' })
        const command = new Command({ update: { messages: [message] } })
        commands.push(command)
        return command
      },
      { name: 'weather', description: 'Says the weather', schema: city },
    )
    const agent = createAgent({
      model: callingModel(
        [
          { ...oslo, id: 'a' },
          { ...oslo, id: 'b' },
          { ...oslo, id: 'c' },
        ],
        [{ ...oslo, id: 'd' }],
      ),
      tools: [weather],
      middleware: [headraceMiddleware(runtime, { tools: { weather: strict } })],
    })
    const messages = toolMessages(await agent.invoke(question))
    expect(messages.map(({ content }) => content)).toEqual(['for a', 'for b', 'for c', 'for d'])
    expect(commands).toHaveLength(4)
  })

  it('runs a tool once whose Command comes while an extra attempt gives one too', async () => {
    const clock = createTestClock()
    const runtime = createRuntime({ clock })
    const both = Promise.withResolvers<void>()
    const work = vi.fn(async () => {
      if (work.mock.calls.length === 2) both.resolve()
      await both.promise
      return new Command({ update: {} })
    })
    const hedged = { ...read, policy: { hedge: { after: 1, max: 1 } } }
    const { wrapToolCall } = headraceMiddleware(runtime, { tools: { weather: hedged } })
    const weather = tool(work, { name: 'weather', description: 'Says the weather', schema: city })
    const request = { toolCall: { ...oslo, id: 'a' }, tool: weather, state: { messages: [] }, runtime: {} }
    const answer = wrapToolCall?.(request, (given) => (given.tool as typeof weather).invoke(given.toolCall) as never)
    await clock.advance(1)
    expect(await answer).toBeInstanceOf(Command)
    expect(work).toHaveBeenCalledTimes(2)
  })

  it('works with a person who approves before', async () => {
    const runtime = createRuntime()
    const work = vi.fn(() => 'sunny')
    const agent = createAgent({
      model: callingModel([{ ...oslo, id: 'a' }]),
      tools: [weatherOf(work)],
      middleware: [
        humanInTheLoopMiddleware({ interruptOn: { weather: true } } as never) as AgentMiddleware, // not exact
        headraceMiddleware(runtime),
      ],
      checkpointer: new MemorySaver(),
    })
    const thread = { configurable: { thread_id: '1' } }
    await agent.invoke(question, thread)
    expect(work).not.toHaveBeenCalled()
    const resume = { decisions: [{ type: 'edit', editedAction: { name: 'weather', args: { city: 'Rome' } } }] }
    const end = await agent.invoke(new Command({ resume }), thread)
    expect(work).toHaveBeenCalledExactlyOnceWith({ city: 'Rome' }, expect.anything())
    expect(toolMessages(end)[0]?.content).toBe('sunny')
  })

  it('finds its context inside a tool that had to wait in the queue', async () => {
    const runtime = createRuntime()
    const seen: unknown[] = []
    const weather = tool(
      async ({ city }: { city: string }, config: ToolRuntime) => {
        await Promise.resolve()
        const state = getCurrentTaskInput<{ messages?: unknown[]; lg_tool_call?: { id: string } }>()
        config.writer?.({ looksAt: city, for: state.lg_tool_call?.id })
        return city
      },
      { name: 'weather', description: 'Says the weather', schema: city },
    )
    const tools = { weather: { policy: { concurrency: { max: 1 } } } }
    const agent = createAgent({
      model: callingModel([
        { ...oslo, id: 'a' },
        { name: 'weather', args: { city: 'Rome' }, id: 'b' },
      ]),
      tools: [weather],
      middleware: [headraceMiddleware(runtime, { tools })],
    })
    for await (const chunk of await agent.stream(question, { streamMode: 'custom' })) seen.push(chunk)
    expect(seen).toEqual([
      { looksAt: 'Oslo', for: 'a' },
      { looksAt: 'Rome', for: 'b' },
    ])
  })
})
