import { createRuntime, toolFailure } from '@headrace/core'
import { dispatchCustomEvent } from '@langchain/core/callbacks/dispatch'
import { AIMessage, ToolMessage } from '@langchain/core/messages'
import { type StructuredTool, tool } from '@langchain/core/tools'
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
import { describe, expect, it } from 'vitest'
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

  it('asks again where a retry follows the answer', async () => {
    const asked: string[] = []
    const weather = tool(() => {
      asked.push('asks')
      interrupt('may I?')
      throw toolFailure({ message: 'busy', retryable: true })
    }, fields)
    const tools = { weather: { ...read, policy: { retry: { maxAttempts: 2, backoff: () => 0 } } } }
    const graph = graphOf(wrapTools([weather], createRuntime(), { tools }))
    await graph.invoke({ messages: [calls('Oslo')] }, thread)
    const again = await graph.invoke(new Command({ resume: 'yes' }), thread)
    expect(again).toMatchObject({ __interrupt__: [{ value: 'may I?' }] })
    expect(asked).toHaveLength(3)
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
