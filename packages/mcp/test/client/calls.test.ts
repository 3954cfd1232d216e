import { createRuntime, type Runtime } from '@headrace/core'
import { ProtocolError } from '@modelcontextprotocol/server'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type McpToolsOptions, mcpTools } from '../../src/index.ts'
import { clients, type Handler, type Params, serveOwn } from './fixtures/own-server.ts'

const all = Object.entries(clients)
const tool = { name: 'work', inputSchema: { type: 'object' } }

interface Case {
  readonly connect: (typeof clients)['modern']
  readonly call: Handler
  readonly tools?: readonly object[]
  readonly options?: McpToolsOptions
}

async function runtimeOf({ connect, call, tools = [tool], options }: Case): Promise<Runtime> {
  const { transport } = await serveOwn({ handlers: { 'tools/list': () => ({ tools }), 'tools/call': call } })
  const runtime = createRuntime({ tools: await mcpTools(await connect(transport), options) })
  onTestFinished(() => runtime.close())
  return runtime
}

const text = (content: string): object => ({ content: [{ type: 'text', text: content }] })
const work = { tool: 'work', arguments: {} }

describe.each(all)('a result, client %s', (_, connect) => {
  test.each<[string, object, unknown]>([
    [
      'texts are joined',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      'a\nb',
    ],
    ['no content is no output', { content: [] }, undefined],
    [
      'an image keeps all parts as they are',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', data: 'AA==', mimeType: 'image/png' },
        ],
      },
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', data: 'AA==', mimeType: 'image/png' },
        ],
      },
    ],
    ['structured content goes before texts', { ...text('{"a":1}'), structuredContent: { a: 1 } }, { a: 1 }],
  ])('%s', async (_, result, output) => {
    const runtime = await runtimeOf({ connect, call: () => result })
    expect(await runtime.dispatch(work)).toEqual(output)
  })

  test('is held to the output schema of the tool', async () => {
    const outputSchema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }
    const call = ({ arguments: given }: Params): object => ({ content: [], structuredContent: given })
    const runtime = await runtimeOf({ connect, call, tools: [{ ...tool, outputSchema }] })
    expect(await runtime.dispatch({ ...work, arguments: { a: 1 } })).toEqual({ a: 1 })
    const wrong = await runtime.dispatch({ ...work, arguments: { a: 'x' } }).result()
    expect(wrong).toMatchObject({ error: { code: 'OUTPUT_INVALID' } })
  })
})

describe.each(all)('a failure, client %s', (_, connect) => {
  test('that the tool reports is told to the model, not repeated, and opens no breaker', async () => {
    const call = vi.fn(() => ({ ...text('no file a.txt; there is b.txt'), isError: true }))
    const options = { tools: { work: { annotations: { readOnlyHint: true } } } }
    const runtime = await runtimeOf({ connect, call, options })
    for (let count = 0; count < 8; count += 1) {
      const result = await runtime.dispatch(work).result()
      expect(result).toMatchObject({
        status: 'error',
        error: { code: 'EXECUTION_FAILED', retryable: false, attempts: 1 },
      })
      expect(result.status === 'error' && result.error.toModel()).toMatchObject({
        message: expect.stringContaining('no file a.txt; there is b.txt'),
        next: 'Do not repeat this call unchanged: change the arguments, or choose another tool.',
      })
    }
    expect(call).toHaveBeenCalledTimes(8)
    expect(runtime.control.breaker('mcp:own').state).toBe('closed')
  })

  test('of the arguments, as the server judges them, is the caller’s', async () => {
    const runtime = await runtimeOf({
      connect,
      call: () => {
        throw new ProtocolError(-32_602, 'a must be even')
      },
    })
    const result = await runtime.dispatch(work).result()
    expect(result).toMatchObject({ error: { retryable: false, details: { rpcCode: -32_602, blame: 'caller' } } })
    expect(result.status === 'error' && result.error.message).toBe('a must be even')
  })

  test('inside the server is repeated where that does no harm', async () => {
    let calls = 0
    const runtime = await runtimeOf({
      connect,
      call: () => {
        calls += 1
        if (calls === 1) throw new ProtocolError(-32_603, 'out of order')
        return text('well again')
      },
      options: { tools: { work: { annotations: { idempotentHint: true }, policy: { retry: { backoff: () => 1 } } } } },
    })
    expect(await runtime.dispatch(work)).toBe('well again')
    expect(calls).toBe(2)
  })
})

/** Works until it is told to stop. */
function waitForAbort({ started, stopped }: { readonly started: () => void; readonly stopped: () => void }): Handler {
  return (_, context) =>
    new Promise((resolve) => {
      context.mcpReq.signal.addEventListener('abort', () => {
        stopped()
        resolve(text('late'))
      })
      started()
    })
}

describe.each(all)('time, client %s', (_, connect) => {
  test('a cancel reaches the server', async () => {
    const started = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    const call = waitForAbort({ started: started.resolve, stopped: stopped.resolve })
    const runtime = await runtimeOf({ connect, call })
    const pending = runtime.dispatch(work)
    await started.promise
    void pending.cancel('enough')
    expect(await pending.result()).toMatchObject({ status: 'cancelled', reason: 'enough' })
    await stopped.promise
  })

  test('a call that takes too long ends by Headrace’s limit, and the server hears of it', async () => {
    const stopped = Promise.withResolvers<void>()
    const call = waitForAbort({ started: () => undefined, stopped: stopped.resolve })
    const runtime = await runtimeOf({ connect, call, options: { policy: { timeout: { attempt: 20 } } } })
    expect(await runtime.dispatch(work).result()).toMatchObject({ error: { code: 'TIMEOUT' } })
    await stopped.promise
  })

  test('a call that Headrace allows is not cut by the SDK’s own limit', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const release = Promise.withResolvers<object>()
    const started = Promise.withResolvers<void>()
    const policy = { timeout: { attempt: Infinity, total: Infinity } }
    const runtime = await runtimeOf({
      connect,
      call: () => {
        started.resolve()
        return release.promise
      },
      options: { policy },
    })
    const pending = runtime.dispatch(work)
    await started.promise
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(pending.status).toBe('running')
    release.resolve(text('an hour'))
    expect(await pending).toBe('an hour')
  })

  test('progress is told, and puts the idle limit off', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const call: Handler = async (params, context) => {
      const { _meta: meta } = params as { readonly _meta: Params }
      for (let progress = 1; progress <= 6; progress += 1) {
        await new Promise((resolve) => setTimeout(resolve, 40))
        await context.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken: meta.progressToken as number, progress, total: 6, message: `step ${progress}` },
        })
      }
      return text('done')
    }
    const runtime = await runtimeOf({ connect, call, options: { policy: { timeout: { idle: 150 } } } })
    const told: unknown[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'progress') told.push([event.progress, event.total, event.message])
    })
    const pending = runtime.dispatch(work)
    await vi.advanceTimersByTimeAsync(300)
    expect(await pending).toBe('done')
    expect(told).toContainEqual([1, 6, 'step 1'])
  })
})

describe('a trace', () => {
  const call = ({ _meta }: Params): object => ({ content: [], structuredContent: { _meta } })

  test.each(all)('goes with the call, asked when the call starts: %s', async (_, connect) => {
    let span = 1
    const trace = () => ({
      traceparent: `00-${'a'.repeat(32)}-000000000000000${span++}-01`,
      tracestate: 'x=1',
      other: 'no',
    })
    const runtime = await runtimeOf({ connect, call, options: { trace } })
    await runtime.dispatch(work)
    const { _meta } = (await runtime.dispatch(work)) as { readonly _meta: Params }
    expect(_meta).toMatchObject({ traceparent: expect.stringMatching(/0002-01$/), tracestate: 'x=1' })
    expect(_meta).not.toHaveProperty('other')
  })

  test('that cannot be told fails no call', async () => {
    const trace = (): never => {
      throw new Error('no tracer')
    }
    const runtime = await runtimeOf({ connect: clients.modern, call, options: { trace } })
    expect(await runtime.dispatch(work)).toMatchObject({ _meta: {} })
  })
})
