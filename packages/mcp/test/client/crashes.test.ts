import { createRuntime, type PendingCall, type Runtime } from '@headrace/core'
import { filter, firstValueFrom } from 'rxjs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type McpClient, type McpToolsOptions, mcpTools } from '../../src/index.ts'
import { everything, httpV1, httpV2, stdioV1, stdioV2 } from './fixtures/clients.ts'
import { crash, startEverything } from './fixtures/processes.ts'

const longTool = 'trigger-long-running-operation'
const long = { tool: longTool, arguments: { duration: 30, steps: 300 } }

async function runtimeOf(client: McpClient, options?: McpToolsOptions): Promise<Runtime> {
  const runtime = createRuntime({ tools: await mcpTools(client, options), policy: { retry: { backoff: () => 1 } } })
  onTestFinished(() => runtime.close())
  return runtime
}

/** Resolves when the server is at work on a call. */
async function underWay(call: PendingCall<unknown>): Promise<void> {
  await firstValueFrom(call.events$.pipe(filter(({ type }) => type === 'progress')))
}

const stdio = { args: [everything] }

describe.each([
  ['2', stdioV2],
  ['1', stdioV1],
] as const)('a server on stdio that is killed, client %s', (_, connect) => {
  test('fails its calls at once; later ones reconnect, once for all', { timeout: 20_000 }, async () => {
    const first = await connect(stdio)
    let second: number | undefined
    const reconnect = vi.fn(async (): Promise<McpClient> => {
      const { client, pid } = await connect(stdio)
      second = pid
      return client
    })
    const runtime = await runtimeOf(first.client, { reconnect })
    const call = runtime.dispatch(long)
    await underWay(call)
    crash(first.pid)
    const broken = await call.result()
    expect(broken).toMatchObject({ status: 'error', error: { code: 'EXECUTION_FAILED', retryable: true, attempts: 1 } })
    expect(broken.status === 'error' && broken.error.message).toBe(
      'The connection to the MCP server was lost before it answered.',
    )
    const results = await runtime.dispatchAll([
      { tool: 'echo', arguments: { message: 'a' } },
      { tool: 'echo', arguments: { message: 'b' } },
    ])
    expect(results).toMatchObject([{ output: 'Echo: a' }, { output: 'Echo: b' }])
    expect(reconnect).toHaveBeenCalledTimes(1)
    expect(second).not.toBe(first.pid)
  })
})

test('a server over HTTP that is killed fails its calls long before their time', { timeout: 20_000 }, async () => {
  const { url, pid } = await startEverything()
  const runtimes = [await runtimeOf(await httpV2(url)), await runtimeOf(await httpV1(url))]
  const calls = runtimes.map((runtime) => runtime.dispatch(long))
  await Promise.all(calls.map(underWay))
  crash(pid)
  for (const call of calls) {
    expect(await call.result()).toMatchObject({
      error: { message: 'The connection to the MCP server was lost before it answered.', retryable: true, attempts: 1 },
    })
  }
})

test('a call that may be repeated outlives its server', { timeout: 20_000 }, async () => {
  const { url, port, pid } = await startEverything()
  const reconnect = vi.fn(async (): Promise<McpClient> => httpV2(url))
  const runtime = await runtimeOf(await httpV2(url), {
    reconnect,
    tools: { [longTool]: { annotations: { idempotentHint: true } } },
    policy: { retry: { maxAttempts: 100, backoff: () => 50, budget: false }, breaker: false },
  })
  const call = runtime.dispatch({ ...long, arguments: { duration: 0.6, steps: 6 } })
  await underWay(call)
  crash(pid)
  await startEverything(port)
  const result = await call.result()
  expect(result).toMatchObject({ status: 'ok', output: expect.stringContaining('completed') })
  expect(result.meta.attempts).toBeGreaterThan(1)
})

test('a server that is gone opens one breaker for all its tools', async () => {
  const { client, pid } = await stdioV2(stdio)
  const runtime = await runtimeOf(client, { server: 'everything' })
  crash(pid)
  await vi.waitFor(() => expect(client.transport).toBeUndefined())
  for (let count = 0; count < 5; count += 1) {
    const { status } = await runtime.dispatch({ tool: 'echo', arguments: { message: 'x' } }).result()
    expect(status).toBe('error')
  }
  const other = await runtime.dispatch({ tool: 'get-sum', arguments: { a: 1, b: 2 } }).result()
  expect(other).toMatchObject({ status: 'error', error: { code: 'CIRCUIT_OPEN', details: { key: 'mcp:everything' } } })
})
