import { defineTool, type Tool, toolFailure } from '@headrace/core'
import type { McpError } from '@modelcontextprotocol/sdk/types.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { connectBefore, connectToday, serveInMemory } from './fixtures/connect.ts'
import { speak } from './fixtures/rpc.ts'
import { add, gate, greet, runtimeOf } from './fixtures/runtime.ts'

const nothing = z.object({})

test('lists the tools with everything that MCP knows of them, under names that it takes', async () => {
  const { transport } = serveInMemory(runtimeOf(add, greet), { name: 'sums', version: '2.0.0', instructions: 'Add.' })
  const client = await connectToday(transport)
  expect(client.getServerVersion()).toMatchObject({ name: 'sums', version: '2.0.0' })
  expect(client.getInstructions()).toBe('Add.')
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(['math_add', 'greet'])
  expect(tools[0]).toMatchObject({
    title: 'Addition',
    description: 'Adds two numbers',
    annotations: { readOnlyHint: true, idempotentHint: true },
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' } },
      required: ['a', 'b'],
    },
    outputSchema: { type: 'object', properties: { sum: { type: 'number' } } },
  })
})

test('runs a tool: a structured output beside its text, a text as it is', async () => {
  const { transport } = serveInMemory(runtimeOf(add, greet))
  const client = await connectToday(transport)
  await client.listTools()
  expect(await client.callTool({ name: 'math_add', arguments: { a: 1, b: 2 } })).toMatchObject({
    content: [{ type: 'text', text: '{"sum":3}' }],
    structuredContent: { sum: 3 },
  })
  const greeting = await client.callTool({ name: 'greet', arguments: { name: 'Ann' } })
  expect(greeting.content).toEqual([{ type: 'text', text: 'Hello, Ann' }])
  expect(greeting.structuredContent).toBeUndefined()
})

test('serves a client of version 1 of the SDK, which checks structured content against the schema', async () => {
  const list: Tool = defineTool({
    name: 'list',
    description: 'Gives a list',
    inputSchema: nothing,
    outputSchema: z.array(z.number()),
    execute: () => [1, 2],
  })
  const { transport } = serveInMemory(runtimeOf(add, list))
  const client = await connectBefore(transport)
  expect((await client.listTools()).tools).toHaveLength(2)
  expect(await client.callTool({ name: 'math_add', arguments: { a: 1, b: 2 } })).toMatchObject({
    structuredContent: { sum: 3 },
  })
  expect(await client.callTool({ name: 'list' })).toMatchObject({
    content: [{ type: 'text', text: '[1,2]' }],
    structuredContent: { result: [1, 2] },
  })
})

test('arguments that do not fit are a result that the model can learn from', async () => {
  const { transport } = serveInMemory(runtimeOf(greet))
  const client = await connectToday(transport)
  const result = await client.callTool({ name: 'greet', arguments: { name: 7 } })
  expect(result.isError).toBe(true)
  expect(result.structuredContent).toMatchObject({ error: { code: 'ARGUMENTS_INVALID', issues: [{ path: 'name' }] } })
  expect(JSON.parse((result.content[0] as { text: string }).text)).toEqual(result.structuredContent)
})

test('a tool that fails gives its error; where a schema was told, as text alone', async () => {
  const failing = (name: string, outputSchema?: z.ZodType): Tool =>
    defineTool({
      name,
      description: 'Fails',
      inputSchema: nothing,
      ...(outputSchema && { outputSchema }),
      execute: () => {
        throw toolFailure({ message: 'the mine is flooded', retryable: false })
      },
    })
  const { transport } = serveInMemory(runtimeOf(failing('plain'), failing('typed', z.object({ a: z.string() }))))
  const client = await connectBefore(transport)
  await client.listTools()
  expect(await client.callTool({ name: 'plain' })).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'EXECUTION_FAILED' } },
  })
  const typed = await client.callTool({ name: 'typed' })
  expect(typed).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('the mine is flooded') }] })
  expect(typed.structuredContent).toBeUndefined()
})

test('a tool that does not exist is an error of the protocol that names the nearest', async () => {
  const { transport } = serveInMemory(runtimeOf(add, greet))
  const client = await connectBefore(transport)
  const error = await client.callTool({ name: 'great' }).catch((thrown: McpError) => thrown)
  expect(error).toMatchObject({ code: -32_602, message: expect.stringContaining('Unknown tool: great') })
  expect((error as McpError).data).toMatchObject({ nearest: expect.arrayContaining(['greet']) })
})

test('content that is written in the form of MCP is passed on as it is', async () => {
  const image = { type: 'image', data: 'AAAA', mimeType: 'image/png' }
  const tools = [
    { name: 'picture', output: { content: [image] } },
    { name: 'article', output: { content: [image], author: 'Ann' } },
    { name: 'unknown', output: { content: [{ type: 'smell', data: 'AAAA' }] } },
  ].map(({ name, output }) => defineTool({ name, description: name, inputSchema: nothing, execute: () => output }))
  const { transport } = serveInMemory(runtimeOf(...tools))
  const client = await connectToday(transport)
  expect((await client.callTool({ name: 'picture' })).content).toEqual([image])
  expect((await client.callTool({ name: 'article' })).content).toMatchObject([{ type: 'text' }])
  expect((await client.callTool({ name: 'unknown' })).content).toMatchObject([{ type: 'text' }])
})

test('long texts are cut, with a note', async () => {
  const long = defineTool({ name: 'long', description: 'long', inputSchema: nothing, execute: () => 'x'.repeat(99) })
  const { transport } = serveInMemory(runtimeOf(long), { maxCharacters: 10 })
  const client = await connectToday(transport)
  const { content } = await client.callTool({ name: 'long' })
  expect(content).toMatchObject([{ text: expect.stringMatching(/^x{10}\n\[Cut: the first 10 of 99/) }])
})

test('a call has the id of the request, the session of the connection and the metadata of the request', async () => {
  const seen: unknown[] = []
  const look = defineTool({
    name: 'look',
    description: 'Looks at its context',
    inputSchema: nothing,
    execute: (_, { callId, session, tenant, metadata }) => void seen.push({ callId, session, tenant, metadata }),
  })
  const { transport } = serveInMemory(runtimeOf(look), {
    options: ({ tool, session, meta }) => ({
      tenant: `${tool} ${typeof session}`,
      metadata: { asked: meta.traceparent },
    }),
  })
  const rpc = await speak(transport)
  const params = { name: 'look', arguments: {}, _meta: { traceparent: '00-1-2-01', progressToken: 'p' } }
  await rpc.request('tools/call', params)
  await rpc.request('tools/call', params)
  expect(seen).toEqual([
    {
      callId: '1',
      session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tenant: 'look string',
      metadata: { traceparent: '00-1-2-01', asked: '00-1-2-01' },
    },
    expect.objectContaining({ callId: '2', session: (seen[0] as { session: string }).session }),
  ])
})

test('progress and streamed values are told to a client that asks, and always grow', async () => {
  const work = defineTool({
    name: 'work',
    description: 'Works',
    inputSchema: nothing,
    async *execute(_, { progress }) {
      progress({ progress: 1, total: 3 })
      yield 'half'
      progress({ progress: 1, total: 3 })
      progress({ progress: 3, total: 3, message: 'done' })
      return 'whole'
    },
  })
  const { transport } = serveInMemory(runtimeOf(work))
  const rpc = await speak(transport)
  await rpc.request('tools/call', { name: 'work' })
  expect(rpc.notifications).toEqual([])
  const result = await rpc.request('tools/call', { name: 'work', _meta: { progressToken: 7 } })
  expect(result).toMatchObject({ content: [{ text: 'whole' }] })
  expect(rpc.notifications.map(({ params }) => params)).toMatchObject([
    { progressToken: 7, progress: 1, total: 3 },
    { progressToken: 7, progress: 1 + 1e-9, message: 'half' },
    { progressToken: 7, progress: 3, total: 3, message: 'done' },
  ])
})

test('a client that cancels a request cancels its call', async () => {
  const started = gate()
  const ended = gate()
  const wait = defineTool({
    name: 'wait',
    description: 'Waits',
    inputSchema: nothing,
    execute: (_, { signal }) => {
      signal.addEventListener('abort', () => ended.open())
      started.open()
      return ended.opened
    },
  })
  const { transport } = serveInMemory(runtimeOf(wait))
  const client = await connectBefore(transport)
  const leaving = new AbortController()
  const call = client.callTool({ name: 'wait' }, undefined, { signal: leaving.signal }).catch((error: Error) => error)
  await started.opened
  leaving.abort(new Error('no longer needed'))
  await ended.opened
  expect(await call).toBeInstanceOf(Error)
})

test('a client that goes cancels its calls, and ends the serving', async () => {
  const started = gate()
  const ended = gate()
  const wait = defineTool({
    name: 'wait',
    description: 'Waits',
    inputSchema: nothing,
    execute: (_, { signal }) => {
      signal.addEventListener('abort', () => ended.open())
      started.open()
      return ended.opened
    },
  })
  const { transport, serving } = serveInMemory(runtimeOf(wait))
  const client = await connectToday(transport)
  const call = client.callTool({ name: 'wait' }).catch((error: Error) => error)
  await started.opened
  await client.close()
  await ended.opened
  await serving.closed
  expect(await call).toBeInstanceOf(Error)
})

test('tells a client when the tools change', async () => {
  const runtime = runtimeOf(greet)
  const before = serveInMemory(runtime)
  const client = await connectBefore(before.transport)
  const changed = gate()
  client.setNotificationHandler(z.object({ method: z.literal('notifications/tools/list_changed') }).loose(), () =>
    changed.open(),
  )
  await client.listTools()
  runtime.registry.register(add)
  await changed.opened
  expect((await client.listTools()).tools).toHaveLength(2)
})

test('tells a client of today that listens', async () => {
  const runtime = runtimeOf(greet)
  const { transport } = serveInMemory(runtime)
  const changed = gate()
  const client = await connectToday(transport, {
    listChanged: { tools: { debounceMs: 1, onChanged: () => changed.open() } },
  })
  await client.listTools()
  runtime.registry.register(add)
  await changed.opened
  expect((await client.listTools()).tools).toHaveLength(2)
})

test('a server that closes begins no calls, waits for those that run, and cancels what takes too long', async () => {
  const started = gate()
  const quick = gate()
  const runtime = runtimeOf(
    defineTool({
      name: 'quick',
      description: 'Ends in time',
      inputSchema: nothing,
      execute: () => quick.opened.then(() => 'in time'),
    }),
    defineTool({
      name: 'slow',
      description: 'Never ends',
      inputSchema: nothing,
      execute: (_, { signal }) => {
        started.open()
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    }),
  )
  const { transport, serving } = serveInMemory(runtime)
  const client = await connectToday(transport)
  const inTime = client.callTool({ name: 'quick' })
  const late = client.callTool({ name: 'slow' })
  await started.opened
  const closing = serving.close({ drain: 20 })
  const refused = await client.callTool({ name: 'quick' })
  expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: 'RUNTIME_CLOSED' } } })
  quick.open()
  expect(await inTime).toMatchObject({ content: [{ text: 'in time' }] })
  expect(await late).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('The server closes') }] })
  await closing
  await serving.closed
})

test('what cannot be told to a client is an error at once, and so are options that make no sense', () => {
  const odd = (inputSchema: z.ZodType): Tool =>
    defineTool({ name: 'odd', description: 'odd', inputSchema, execute: () => 1 })
  expect(() => serveInMemory(runtimeOf(odd(z.string())))).toThrow(
    /tool 'odd': at its root inputSchema has the type "string"/,
  )
  expect(() => serveInMemory(runtimeOf(), { nmae: 'x' } as object)).toThrow(/serveMcp: unknown option 'nmae'/)
  expect(() => serveInMemory(runtimeOf(), { name: '' })).toThrow(/serveMcp: name must be a text/)
  expect(() => serveInMemory(runtimeOf(), { onError: 'log' } as object)).toThrow(/onError must be a function/)
  expect(() => serveInMemory(runtimeOf(), { maxCharacters: 0 })).toThrow(/maxCharacters must be an integer >= 1/)
  expect(() => serveInMemory(runtimeOf(), { maxWaitMs: -1 })).toThrow(/serveMcp: maxWaitMs must be a number >= 0/)
})

test('a schema that is a choice of objects says at its root that it is one', async () => {
  const either = defineTool({
    name: 'either',
    description: 'either',
    inputSchema: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
    execute: () => 'ok',
  })
  const { transport } = serveInMemory(runtimeOf(either))
  const client = await connectToday(transport)
  const { tools } = await client.listTools()
  expect(tools[0]?.inputSchema).toMatchObject({ type: 'object', anyOf: [{}, {}] })
})
