import { createRuntime, type PendingCall, type Runtime } from '@headrace/core'
import { filter, firstValueFrom } from 'rxjs'
import { expect, onTestFinished, test, vi } from 'vitest'
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
const lost = 'The connection to the MCP server was lost before it answered.'
/** Processes take their time to start where others are at work. */
const timeout = 20_000

/** Ends the server while it is at work on a call, which has to fail at once. */
async function crashDuring(runtime: Runtime, pid: number): Promise<void> {
  const call = runtime.dispatch(long)
  await underWay(call)
  crash(pid)
  expect(await call.result()).toMatchObject({
    error: { code: 'EXECUTION_FAILED', message: lost, retryable: true, attempts: 1 },
  })
}

test('a server on stdio that is killed fails its calls at once; later ones reconnect, once for all', {
  timeout,
}, async () => {
  const { client, pid } = await stdioV2(stdio)
  const reconnect = vi.fn(async (): Promise<McpClient> => (await stdioV2(stdio)).client)
  const runtime = await runtimeOf(client, { reconnect })
  await crashDuring(runtime, pid)
  const results = await runtime.dispatchAll([
    { tool: 'echo', arguments: { message: 'a' } },
    { tool: 'echo', arguments: { message: 'b' } },
  ])
  expect(results).toMatchObject([{ output: 'Echo: a' }, { output: 'Echo: b' }])
  expect(reconnect).toHaveBeenCalledTimes(1)
})

test('a server that is gone, and no way to another, opens one breaker for all its tools', { timeout }, async () => {
  const { client, pid } = await stdioV1(stdio)
  const runtime = await runtimeOf(client, { server: 'everything' })
  await crashDuring(runtime, pid)
  for (let count = 0; count < 4; count += 1) {
    const { status } = await runtime.dispatch({ tool: 'echo', arguments: { message: 'x' } }).result()
    expect(status).toBe('error')
  }
  const other = await runtime.dispatch({ tool: 'get-sum', arguments: { a: 1, b: 2 } }).result()
  expect(other).toMatchObject({ status: 'error', error: { code: 'CIRCUIT_OPEN', details: { key: 'mcp:everything' } } })
})

test('a server over HTTP that is killed fails its calls long before their time', { timeout }, async () => {
  const { url, pid } = await startEverything()
  const runtimes = [await runtimeOf(await httpV2(url)), await runtimeOf(await httpV1(url))]
  const calls = runtimes.map((runtime) => runtime.dispatch(long))
  await Promise.all(calls.map(underWay))
  crash(pid)
  for (const call of calls) {
    expect(await call.result()).toMatchObject({
      error: { message: lost, retryable: true, attempts: 1 },
    })
  }
})

test('a call that may be repeated outlives its server', { timeout }, async () => {
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
