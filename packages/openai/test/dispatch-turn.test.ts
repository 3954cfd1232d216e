import { createRuntime, defineTool, type Runtime, type Tool } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import type OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { dispatchTurn, dispatchTurnFromBytes, toOpenAiTools, toToolMessages, toToolOutputs } from '../src/index.ts'
import { bytesOf, openLoopback, sse } from './loopback.ts'
import { chatChunks, chatText, responseEvents } from './wire.ts'

interface Started {
  readonly runtime: Runtime
  /** The tools in the order in which they were started, with their arguments. */
  readonly started: string[]
  /** Resolves when a tool of the name has started. */
  waitFor(name: string): Promise<void>
}

/** A runtime with a tool that reads and one that writes. */
function openRuntime(work: () => unknown = () => 'done'): Started {
  const started: string[] = []
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  const gate = (name: string): PromiseWithResolvers<void> => {
    const found = waiting.get(name) ?? Promise.withResolvers<void>()
    waiting.set(name, found)
    return found
  }
  const make = (name: string, readOnlyHint: boolean): Tool =>
    defineTool({
      name,
      description: name,
      inputSchema: z.object({ n: z.number(), note: z.string().optional() }),
      annotations: { readOnlyHint },
      execute: (input) => {
        started.push(`${name} ${JSON.stringify(input)}`)
        gate(name).resolve()
        return work()
      },
    }) as Tool
  const runtime = createRuntime({ tools: [make('db/read', true), make('db/write', false)] })
  onTestFinished(() => runtime.close())
  return { runtime, started, waitFor: (name) => gate(name).promise }
}

const read = { id: 'call_1', name: 'db_read', arguments: '{"n":1,"note":null}' }
const write = { id: 'call_2', name: 'db_write', arguments: '{"n":2,"note":"x"}' }

async function* from(events: readonly unknown[]): AsyncGenerator<unknown> {
  yield* events
}

test('a turn of the SDK runs while it comes, under the names of the tools and without nulls', async () => {
  const { runtime, started } = openRuntime()
  await using loopback = await openLoopback(sse(...chatChunks([read, write])), sse(...chatText('all done')))
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'go' }]
  const tools = toOpenAiTools(runtime, { api: 'chat' })
  const stream = loopback.client.chat.completions.stream({ model: 'test', messages, tools })
  const turn = dispatchTurn(runtime, stream, { session: 'one' })
  const results = await turn.results()
  expect(started).toEqual(['db/read {"n":1}', 'db/write {"n":2,"note":"x"}'])
  expect(await turn.finish()).toEqual({ reason: 'tool_calls', safe: true })
  const { message } = (await stream.finalChatCompletion()).choices[0] ?? {}
  if (message) messages.push(message, ...toToolMessages(results))
  await loopback.client.chat.completions.create({ model: 'test', messages })
  expect(loopback.requests[1]?.messages).toEqual([
    { role: 'user', content: 'go' },
    expect.objectContaining({ role: 'assistant' }),
    { role: 'tool', tool_call_id: 'call_1', content: 'done' },
    { role: 'tool', tool_call_id: 'call_2', content: 'done' },
  ])
})

test.each([
  ['chat', chatChunks([read, { ...read, id: 'call_3' }])],
  ['responses', responseEvents([read, { ...read, id: 'call_3' }])],
] as const)('a tool that only reads starts before the message of %s ends', async (_, events) => {
  const { runtime, started, waitFor } = openRuntime()
  const hold = Promise.withResolvers<void>()
  async function* slow(): AsyncGenerator<unknown> {
    yield* events.slice(0, -1)
    await hold.promise
    yield events.at(-1)
  }
  const turn = dispatchTurn(runtime, slow())
  await waitFor('db/read')
  expect(started.length).toBeGreaterThan(0)
  hold.resolve()
  expect((await turn.results()).map(({ status }) => status)).toEqual(['ok', 'ok'])
})

test('a turn takes no longer than its last call', async () => {
  const clock = createTestClock()
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimer(ms, resolve)
    })
  const look = defineTool({
    name: 'look',
    description: 'looks',
    inputSchema: z.object({}),
    annotations: { readOnlyHint: true },
    execute: () => wait(500),
  })
  const runtime = createRuntime({ tools: [look], clock })
  onTestFinished(() => runtime.close())
  const calls = ['call_1', 'call_2'].map((id) => ({ id, name: 'look', arguments: '{}' }))
  async function* slow(): AsyncGenerator<object> {
    for (const event of responseEvents(calls)) {
      if (event.type === 'response.output_item.added') await wait(50)
      if (event.type === 'response.completed') await wait(400)
      yield event
    }
  }
  const turn = dispatchTurn(runtime, slow())
  await clock.advance(599)
  const over = turn.results().then(() => clock.now())
  const before = clock.now()
  await clock.advance(1)
  expect((await over) - before).toBe(1)
})

test('a message that is cut off has its calls cancelled, and each is answered', async () => {
  const { runtime, started } = openRuntime(() => new Promise(() => {}))
  const turn = dispatchTurn(runtime, from(chatChunks([read, write, read], 'length')), {
    policy: { timeout: { grace: 1 } },
  })
  const results = await turn.results()
  expect(started).toEqual(['db/read {"n":1}'])
  expect(await turn.finish()).toEqual({ reason: 'length', safe: false })
  expect(results.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  expect(toToolMessages(results).map((message) => message.tool_call_id)).toEqual(['call_1', 'call_2', 'call_1'])
})

test('a stream that breaks off cancels its calls', async () => {
  const { runtime, started } = openRuntime()
  await using loopback = await openLoopback((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const cut = bytesOf(...chatChunks([write, write])).slice(0, -200)
    response.write(cut, () => setImmediate(() => response.destroy()))
  })
  const stream = await loopback.client.chat.completions.create({ model: 'test', messages: [], stream: true })
  const turn = dispatchTurn(runtime, stream)
  expect(await turn.finish()).toMatchObject({ safe: false, error: expect.any(Error) })
  expect((await turn.results()).map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
  expect(started).toEqual([])
})

test('onEvent sees every event as it comes', async () => {
  const { runtime } = openRuntime()
  await using loopback = await openLoopback(sse(...responseEvents([read], 'hello')))
  const stream = await loopback.client.responses.create({ model: 'test', input: 'go', stream: true })
  const types: string[] = []
  const turn = dispatchTurn(runtime, stream, { onEvent: ({ type }) => types.push(type) })
  const results = await turn.results()
  expect(types).toHaveLength(responseEvents([read], 'hello').length)
  expect(types.at(-1)).toBe('response.completed')
  expect(toToolOutputs(results)).toEqual([{ type: 'function_call_output', call_id: 'call_1', output: 'done' }])
})

test('a body is dispatched as a stream is', async () => {
  const { runtime, started } = openRuntime()
  const events: unknown[] = []
  const source = new Blob([bytesOf(...chatChunks([read, write]))]).stream()
  const turn = dispatchTurnFromBytes(runtime, source, { format: 'chat', onEvent: (event) => events.push(event) })
  expect((await turn.results()).map(({ status }) => status)).toEqual(['ok', 'ok'])
  expect(started).toHaveLength(2)
  expect(events).toEqual(chatChunks([read, write]))
})

test('arguments that are no JSON, and unknown tools, are told to the model', async () => {
  const { runtime } = openRuntime()
  const calls = [
    { ...read, arguments: '{"n":' },
    { id: 'call_9', name: 'db_raed', arguments: '{}' },
  ]
  const [first, second] = toToolMessages(await dispatchTurn(runtime, from(chatChunks(calls))).results())
  expect(JSON.parse(first?.content ?? '')).toMatchObject({ error: { code: 'ARGUMENTS_INVALID' } })
  expect(JSON.parse(second?.content ?? '')).toMatchObject({
    error: { code: 'TOOL_NOT_FOUND', nearest: ['db/read', 'db/write'] },
  })
})

test('options that make no sense are refused', () => {
  const { runtime } = openRuntime()
  expect(() => dispatchTurn(runtime, from([]), { format: 'sse' } as never)).toThrow(
    "format must be 'chat' or 'responses'",
  )
  expect(() => dispatchTurn(runtime, from([]), { early: 'eager' } as never)).toThrow('early must be')
})
