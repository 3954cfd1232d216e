import { createRuntime, type Runtime } from '@headrace/core'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  isCancelTaskRequestV2,
  isGetTaskRequestV2,
  isUpdateTaskRequestV2,
} from '@modelcontextprotocol/ext-tasks/core/v2'
import { ProtocolError } from '@modelcontextprotocol/server'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type McpToolsOptions, mcpTools } from '../../src/index.ts'
import { everything, stdioV1 } from './fixtures/clients.ts'
import {
  clients,
  modernClient,
  type OwnServer,
  type Params,
  type SentMessage,
  serveOverHttp,
  serveOwn,
} from './fixtures/own-server.ts'
import { taskServer, tasksExtension } from './fixtures/task-server.ts'
import { serveTasksV1 } from './fixtures/task-server-v1.ts'

const work = { tool: 'work', arguments: { a: 1 } }
const done = { status: 'completed', result: { content: [{ type: 'text', text: 'done' }] } }
const asJob: McpToolsOptions = { tools: { work: { execution: { taskSupport: 'required' } } } }

const isRight: Readonly<Record<string, (request: unknown) => boolean>> = {
  'tasks/get': isGetTaskRequestV2,
  'tasks/update': isUpdateTaskRequestV2,
  'tasks/cancel': isCancelTaskRequestV2,
}

/** A runtime with the tools of a server, and what was sent to it, held to the schemas of the extension's own package. */
async function connect(own: OwnServer, options?: McpToolsOptions) {
  const { transport, sent } = await serveOwn(own)
  const runtime: Runtime = createRuntime({ tools: await mcpTools(await modernClient(transport), options) })
  onTestFinished(() => runtime.close())
  const asked = (method: string): SentMessage[] => {
    const requests = sent.filter((request) => request.method === method)
    for (const request of requests)
      expect({ request, isRight: isRight[method]?.(request) ?? true }).toEqual({ request, isRight: true })
    return requests
  }
  return { runtime, asked }
}

describe('a server that answers with a task', () => {
  test('is polled until the task has ended, and its status is progress', async () => {
    const server = taskServer([{ status: 'working' }, { status: 'working', statusMessage: 'half' }, done])
    const { runtime, asked } = await connect(server)
    const told: unknown[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'progress') told.push(event.message)
    })
    expect(await runtime.dispatch(work)).toBe('done')
    expect(told).toEqual(['half'])
    expect(asked('tasks/get')).toHaveLength(2)
    const [{ params: { _meta: meta = {} } = {} } = {}] = asked('tools/call') as {
      readonly params?: { readonly _meta?: Params }
    }[]
    expect(meta['io.modelcontextprotocol/clientCapabilities']).toMatchObject({ extensions: { [tasksExtension]: {} } })
    expect(Object.keys(meta).filter((key) => key.startsWith('headrace'))).toEqual([])
  })

  test('is polled at its own pace', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const server = taskServer([{ status: 'working', pollIntervalMs: 5000 }, done])
    const { runtime, asked } = await connect(server)
    const pending = runtime.dispatch(work)
    await vi.advanceTimersByTimeAsync(4900)
    expect(asked('tasks/get')).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(await pending).toBe('done')
  })

  test('may fail: a JSON-RPC error, a tool that reports its own failure, a cancel', async () => {
    const { runtime: failed } = await connect(
      taskServer([{ status: 'failed', error: { code: -32_602, message: 'odd' } }]),
    )
    expect(await failed.dispatch(work).result()).toMatchObject({
      error: { message: 'odd', retryable: false, details: { rpcCode: -32_602 } },
    })
    const refused = { status: 'completed', result: { content: [{ type: 'text', text: 'no' }], isError: true } }
    const { runtime: reported } = await connect(taskServer([refused]))
    expect(await reported.dispatch(work).result()).toMatchObject({ error: { message: 'no', retryable: false } })
    const cancelled = taskServer([{ status: 'working' }, { status: 'cancelled' }])
    const { runtime, asked } = await connect(cancelled)
    expect(await runtime.dispatch(work).result()).toMatchObject({
      error: { message: 'The MCP server cancelled the task of this call.' },
    })
    expect(asked('tasks/cancel')).toHaveLength(0)
  })

  test('is told when the call is cancelled', async () => {
    const polled = Promise.withResolvers<void>()
    const server = taskServer([{ status: 'working' }], () => polled.resolve())
    const { runtime, asked } = await connect(server)
    const pending = runtime.dispatch(work)
    await polled.promise
    await pending.cancel('enough')
    expect(await pending.result()).toMatchObject({ status: 'cancelled', reason: 'enough' })
    await vi.waitFor(() => expect(asked('tasks/cancel')).toMatchObject([{ params: { taskId: 't1' } }]))
  })

  test('goes on with the task when the connection was lost meanwhile', async () => {
    const server = taskServer([{ status: 'working' }, { status: 'working' }, done], (polls) => {
      if (polls === 1) void first.close()
    })
    const first = await modernClient((await serveOwn(server)).transport)
    const second = await serveOwn(server)
    const reconnect = vi.fn(() => modernClient(second.transport))
    const runtime = createRuntime({ tools: await mcpTools(first, { reconnect }) })
    onTestFinished(() => runtime.close())
    expect(await runtime.dispatch(work)).toBe('done')
    expect(reconnect).toHaveBeenCalledTimes(1)
    expect(second.sent.filter(({ method }) => method === 'tools/call')).toEqual([])
  })

  test('goes on when the same client was connected again', async () => {
    const server = taskServer([{ status: 'working' }, done])
    const client = await modernClient((await serveOwn(server)).transport)
    const runtime = createRuntime({ tools: await mcpTools(client) })
    onTestFinished(() => runtime.close())
    await client.close()
    await client.connect((await serveOwn(server)).transport)
    expect(await runtime.dispatch(work)).toBe('done')
  })

  test('over HTTP', async () => {
    const url = await serveOverHttp(taskServer([{ status: 'working' }, done]))
    const client = await modernClient(new StreamableHTTPClientTransport(url))
    const runtime = createRuntime({ tools: await mcpTools(client) })
    onTestFinished(() => runtime.close())
    expect(await runtime.dispatch(work)).toBe('done')
  })

  test('that forgets the task ends the call', async () => {
    const server = taskServer([{ status: 'working' }], () => {
      throw new ProtocolError(-32_602, 'unknown task')
    })
    const { runtime } = await connect(server)
    expect(await runtime.dispatch(work).result()).toMatchObject({
      error: { message: 'The MCP server does not know the task of this call any more.', retryable: true },
    })
  })

  test('whose task asks for input is answered through the job', async () => {
    const inputRequests = {
      name: {
        method: 'elicitation/create',
        params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
      },
    }
    const server = taskServer([
      { status: 'working' },
      { status: 'input_required', inputRequests },
      { status: 'working' },
      done,
    ])
    const { runtime, asked } = await connect(server, asJob)
    const result = await runtime.dispatch(work).result()
    if (result.status !== 'pending') throw new Error(`the call did not become a job: ${result.status}`)
    const job = await runtime.job(result.job.id)
    const waiting = await vi.waitFor(async () => {
      const view = await job?.get()
      expect(view?.state).toBe('input_required')
      return view
    })
    expect(waiting).toMatchObject({ inputRequest: { inputRequests } })
    await job?.provideInput({ inputResponses: { name: { action: 'accept', content: { name: 'Ada' } } } })
    expect(await job?.get({ waitMs: 5000 })).toMatchObject({ state: 'completed', result: { output: 'done' } })
    expect(asked('tasks/update')).toMatchObject([
      { params: { taskId: 't1', inputResponses: { name: { action: 'accept' } } } },
    ])
  })

  test('whose task asks for input that nobody can give is told to stop', async () => {
    const inputRequests = { roots: { method: 'roots/list' } }
    const server = taskServer([{ status: 'working' }, { status: 'input_required', inputRequests }])
    const { runtime, asked } = await connect(server)
    expect(await runtime.dispatch(work).result()).toMatchObject({ error: { details: { blame: 'caller' } } })
    await vi.waitFor(() => expect(asked('tasks/cancel')).toHaveLength(1))
  })
})

describe('the tasks of 2025-11-25', () => {
  test.each([
    ['completed', clients.legacy, 'after 2 polls', ['working', 'working', 'completed']],
    ['completed', clients['version 1'], 'after 2 polls', ['working', 'working', 'completed']],
    // what the task asks for, it asks the client while the result is waited for
    ['asking', clients.legacy, 'after 1 polls', ['working', 'input_required']],
  ] as const)('give their result: %s', async (_, connectLegacy, output, states) => {
    const client = await connectLegacy(await serveTasksV1(states))
    const runtime = createRuntime({ tools: await mcpTools(client) })
    onTestFinished(() => runtime.close())
    const result = await runtime.dispatch(work).result()
    if (result.status !== 'pending') throw new Error(`the call did not become a job: ${result.status}`)
    const job = await runtime.job(result.job.id)
    expect(await job?.get({ waitMs: 5000 })).toMatchObject({ state: 'completed', result: { output } })
  })

  test('run as jobs on the reference server, which hears of a cancel', { timeout: 20_000 }, async () => {
    const { client } = await stdioV1({ args: [everything] })
    const runtime = createRuntime({ tools: await mcpTools(client) })
    onTestFinished(() => runtime.close())
    const research = { tool: 'simulate-research-query', arguments: { topic: 'rivers' } }
    expect(runtime.registry.get(research.tool)?.execution).toEqual({ taskSupport: 'required' })
    const told: unknown[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'progress') told.push(event.message)
    })
    const result = await runtime.dispatch(research).result()
    if (result.status !== 'pending') throw new Error(`the call did not become a job: ${result.status}`)
    const job = await runtime.job(result.job.id)
    await vi.waitFor(() => expect(told).toContain('Gathering sources...'), { timeout: 5000 })
    await job?.cancel()
    expect(await job?.get({ waitMs: 1000 })).toMatchObject({ state: 'cancelled' })
    await vi.waitFor(async () => {
      const { tasks } = await client.experimental.tasks.listTasks()
      expect(tasks).toMatchObject([{ status: 'cancelled' }])
    })
  })
})
