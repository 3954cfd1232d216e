import type Anthropic from '@anthropic-ai/sdk'
import { createRuntime, defineTool, type Runtime, type RuntimeEvent } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { lastValueFrom, toArray } from 'rxjs'
import { expect, onTestFinished, test } from 'vitest'
import { dispatchTurn, dispatchTurnFromBytes, toAnthropicTools, toolCallsFrom, toToolMessages } from '../src/index.ts'
import { type Answer, serveMessages } from './messages-server.ts'
import { bodyOf, eventsOfBlock, eventsOfMessage, startOf } from './wire.ts'

const read = { id: 'toolu_r', name: 'files_read', pieces: ['{"path":', ' "a"}'] }
const write = { id: 'toolu_w', name: 'files_write', pieces: ['{"path": "b"}'] }
const params = { model: 'claude', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Read a, write b.' }] }

interface Work {
  readonly runtime: Runtime
  /** What the tools did, as it happened. */
  readonly log: string[]
  readonly events: RuntimeEvent[]
}

/** `files/read` reads only; it waits for a promise, if there is one, or until it is aborted. */
function work(reading?: Promise<void>): Work {
  const log: string[] = []
  const tool = (name: string, readOnlyHint: boolean) =>
    defineTool({
      name,
      description: name,
      inputSchema: jsonSchema<{ path: string }>({ type: 'object', properties: { path: { type: 'string' } } }),
      annotations: { readOnlyHint },
      execute: async ({ path }, { signal }) => {
        log.push(`${name} ${path}`)
        const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        if (readOnlyHint && reading) await Promise.race([reading, aborted])
        if (signal.aborted) log.push(`${name} aborted`)
        return `${name} of ${path}`
      },
    })
  const runtime = createRuntime({ tools: [tool('files/read', true), tool('files/write', false)] })
  onTestFinished(() => runtime.close())
  const events: RuntimeEvent[] = []
  runtime.events$.subscribe((event) => void events.push(event))
  return { runtime, log, events }
}

async function serve(...answers: readonly Answer[]): Promise<Awaited<ReturnType<typeof serveMessages>>> {
  const server = await serveMessages(answers)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

const both = { events: eventsOfMessage({ blocks: [{ text: 'I shall.' }, read, write] }) }
const results = ['files/read of a', 'files/write of b']
const outputs = async (turn: ReturnType<typeof dispatchTurn>) =>
  (await turn.results()).map((result) => (result.status === 'ok' ? result.output : result.status))

test.for([9, 5000])('runs the calls of every stream of the SDK, sent in pieces of %i characters', async (pieces) => {
  const { client } = await serve({ ...both, pieces }, { ...both, pieces }, { ...both, pieces })
  const { runtime } = work()
  const raw = await client.messages.create({ ...params, stream: true })
  expect(await outputs(dispatchTurn(runtime, raw))).toEqual(results)
  expect(await outputs(dispatchTurn(runtime, client.messages.stream(params)))).toEqual(results)
  const turn = dispatchTurn(runtime, client.beta.messages.stream(params))
  expect(await outputs(turn)).toEqual(results)
  expect(await turn.finish()).toEqual({ reason: 'tool_use', safe: true })
})

test('runs the calls in the bytes of a response', async () => {
  const { client } = await serve(both)
  const { runtime } = work()
  const response = await client.messages.create({ ...params, stream: true }).asResponse()
  if (response.body === null) throw new Error('expected a body')
  expect(await outputs(dispatchTurnFromBytes(runtime, response.body))).toEqual(results)
})

test('a call that only reads runs while the message still comes, others after it', async () => {
  const half = startOf()
  const { client } = await serve({ events: [half, ...eventsOfBlock(write, 0), ...eventsOfBlock(read, 1)], end: 'open' })
  const { runtime, log } = work()
  const started = Promise.withResolvers<void>()
  const stream = client.messages.stream(params)
  const turn = dispatchTurn(runtime, stream, { onEvent: ({ type }) => type === 'content_block_stop' && log.push(type) })
  runtime.events$.subscribe(({ type }) => type === 'attempt-start' && started.resolve())
  await started.promise
  expect(log).toEqual(['content_block_stop', 'content_block_stop', 'files/read a'])
  await turn.cancel('enough')
  expect(await turn.finish()).toEqual({ reason: undefined, safe: false, error: 'enough' })
  expect(stream.aborted || stream.controller.signal.aborted).toBe(true)
  expect(log).not.toContain('files/write b')
})

test('a cancelled turn ends the request of each stream of the SDK at once', async () => {
  const open: Answer = { events: [startOf(), ...eventsOfBlock(read, 0)], end: 'open' }
  const { client, closed } = await serve(open, open, open)
  const { runtime } = work()
  const raw = await client.messages.create({ ...params, stream: true })
  const streams = [raw, client.messages.stream(params), client.beta.messages.stream(params)]
  for (const stream of streams) {
    const begun = Promise.withResolvers<void>()
    const turn = dispatchTurn<unknown>(runtime, stream, { onEvent: () => begun.resolve() })
    await begun.promise
    await turn.cancel()
    expect(stream.controller.signal.aborted).toBe(true)
  }
  await closed(3)
})

test('a reader that is behind the SDK runs a call with its own arguments, and once', async () => {
  const { client } = await serve(both)
  const { runtime, log } = work()
  async function* late(): AsyncGenerator<Anthropic.MessageStreamEvent> {
    for await (const event of client.messages.stream(params)) {
      await new Promise((resolve) => setImmediate(resolve))
      yield event
    }
  }
  expect(await outputs(dispatchTurn(runtime, late()))).toEqual(results)
  expect(log).toEqual(['files/read a', 'files/write b'])
})

test('a MessageStream that has ended, or begun before, still gives its calls', async () => {
  const cut = { events: eventsOfMessage({ blocks: [write, read], stop: 'max_tokens' }) }
  const { client } = await serve(both, both, cut)
  const ended = client.messages.stream(params)
  await ended.finalMessage()
  const calls = await lastValueFrom(toolCallsFrom(ended, { runtime: work().runtime }).pipe(toArray()))
  expect(calls.map(({ callId, arguments: given }) => [callId, given])).toEqual([
    ['toolu_r', { path: 'a' }],
    ['toolu_w', { path: 'b' }],
  ])
  const begun = client.messages.stream(params)
  await begun.emitted('streamEvent')
  expect(await outputs(dispatchTurn(work().runtime, begun))).toEqual(results)
  const unsafe = client.messages.stream(params)
  await unsafe.done()
  const turn = dispatchTurn(work().runtime, unsafe)
  expect(await outputs(turn)).toEqual(['cancelled', 'cancelled'])
  expect(await turn.finish()).toEqual({ reason: 'max_tokens', safe: false })
})

test.for(['max_tokens', 'refusal'])(
  'a message that stops with %s cancels what it started, and tells of it',
  async (stop) => {
    const reading = Promise.withResolvers<void>()
    const cut = { ...write, pieces: ['{"path": "b'] }
    const { client } = await serve({ events: eventsOfMessage({ blocks: [read, cut], stop }), pieces: 20 })
    const { runtime, log, events } = work(reading.promise)
    const stream = client.messages.stream(params)
    const turn = dispatchTurn(runtime, stream)
    expect(await outputs(turn)).toEqual(['cancelled', 'cancelled'])
    await turn.cancel()
    expect(log).toEqual(['files/read a', 'files/read aborted'])
    expect(events.filter(({ type }) => type === 'call-settle')).toHaveLength(2)
    const message = await stream.finalMessage()
    const [reply] = toToolMessages(await turn.results(), { message })
    expect(reply?.content).toMatchObject([
      { type: 'tool_result', tool_use_id: 'toolu_r', is_error: true },
      { type: 'tool_result', tool_use_id: 'toolu_w', is_error: true },
    ])
  },
)

test('a stream that fails cancels what it started', async () => {
  const reading = Promise.withResolvers<void>()
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  const failed = { events: [startOf(), ...eventsOfBlock(read, 0), error] }
  const { client } = await serve(failed, { ...failed, events: failed.events.slice(0, -1), end: 'cut' }, failed)
  const { runtime } = work(reading.promise)
  for (const message of [/Overloaded/, /terminated|socket|closed|hang up|incomplete/i]) {
    const turn = dispatchTurn(runtime, await client.messages.create({ ...params, stream: true }))
    expect(await outputs(turn)).toEqual(['cancelled'])
    expect(await turn.finish()).toMatchObject({ safe: false, error: { message: expect.stringMatching(message) } })
  }
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(bodyOf(failed.events))
  }
  const turn = dispatchTurnFromBytes(runtime, bytes())
  expect(await outputs(turn)).toEqual(['cancelled'])
  expect(await turn.finish()).toMatchObject({
    reason: 'overloaded_error',
    safe: false,
    error: { type: 'overloaded_error' },
  })
})

test('a conversation stays valid after a turn that was cancelled in the middle of a call', async () => {
  const open = [startOf(), ...eventsOfBlock(read, 0), ...eventsOfBlock(write, 1).slice(0, 2)]
  const { client } = await serve({ events: open, end: 'open' })
  const { runtime } = work()
  const stream = client.messages.stream(params)
  const turn = dispatchTurn(runtime, stream)
  await new Promise<void>((resolve) => {
    stream.on('inputJson', (piece) => piece.includes('"b"') && resolve())
  })
  const message = structuredClone(stream.currentMessage)
  await turn.cancel()
  const ids = message?.content.map((block) => block.type === 'tool_use' && block.id)
  expect(ids).toEqual(['toolu_r', 'toolu_w'])
  const [reply] = toToolMessages(await turn.results(), { message })
  expect(reply?.content).toMatchObject(ids?.map((id) => ({ type: 'tool_result', tool_use_id: id })) ?? [])
})

test("tools, streams and results fit the SDK's beta as well", async () => {
  const { client } = await serve(both)
  const { runtime } = work()
  const stream = client.beta.messages.stream({ ...params, tools: toAnthropicTools(runtime) })
  const turn = dispatchTurn(runtime, stream)
  const message = await stream.finalMessage()
  const messages: Anthropic.Beta.BetaMessageParam[] = toToolMessages(await turn.results(), { message })
  expect(messages).toHaveLength(1)
})

test("arguments that are no JSON are the runtime's to refuse, and fail the SDK's MessageStream", async () => {
  const wrong = { events: eventsOfMessage({ blocks: [{ ...write, pieces: ['{"path": tru}'] }] }) }
  const { client } = await serve(wrong, wrong)
  const { runtime } = work()
  const [result] = await dispatchTurn(runtime, await client.messages.create({ ...params, stream: true })).results()
  expect(result).toMatchObject({ status: 'error', callId: 'toolu_w', error: { code: 'ARGUMENTS_INVALID' } })
  const turn = dispatchTurn(runtime, client.messages.stream(params))
  expect(await outputs(turn)).toEqual(['cancelled'])
  expect(await turn.finish()).toMatchObject({ safe: false, error: { message: expect.stringContaining('JSON') } })
})

test('an option of a turn that makes no sense is refused', async () => {
  const { runtime } = work()
  const none = ReadableStream.from<object>([])
  expect(() => dispatchTurn(runtime, none, { onEvent: 1 as never })).toThrow('onEvent must be a function, got number')
  expect(() => dispatchTurn(runtime, none, { early: 'some' as never })).toThrow("early must be 'read-only'")
})

test('a whole conversation: tools, turn, results', async () => {
  const { client, requests } = await serve(both, {
    events: eventsOfMessage({ blocks: [{ text: 'Done.' }], stop: 'end_turn' }),
  })
  const { runtime } = work()
  const messages: Anthropic.MessageParam[] = [...params.messages]
  for (;;) {
    const stream = client.messages.stream({ ...params, messages, tools: toAnthropicTools(runtime) })
    const turn = dispatchTurn(runtime, stream)
    const message = await stream.finalMessage()
    messages.push({ role: 'assistant', content: message.content })
    const replies = toToolMessages(await turn.results(), { message })
    if (replies.length === 0) break
    messages.push(...replies)
  }
  expect(requests[0]?.tools?.map(({ name }) => name)).toEqual(['files_read', 'files_write'])
  expect(requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(requests[1]?.messages[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: 'toolu_r', content: 'files/read of a' },
    { type: 'tool_result', tool_use_id: 'toolu_w', content: 'files/write of b' },
  ])
})
