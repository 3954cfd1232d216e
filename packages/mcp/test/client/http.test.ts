import { createRuntime, type Runtime } from '@headrace/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type McpClient, type McpToolsOptions, mcpTools, withRetryAfter } from '../../src/index.ts'
import { httpV1, httpV2 } from './fixtures/clients.ts'
import { answerOverHttp } from './fixtures/http-answers.ts'

const work = { tool: 'work', arguments: {} }
const repeatable: McpToolsOptions = {
  tools: { work: { annotations: { idempotentHint: true } } },
  policy: { retry: { backoff: () => 1 } },
}

async function runtimeOf(client: McpClient, options?: McpToolsOptions): Promise<Runtime> {
  const runtime = createRuntime({ tools: await mcpTools(client, options) })
  onTestFinished(() => runtime.close())
  return runtime
}

describe.each([
  ['2', httpV2],
  ['1', httpV1],
] as const)('an answer of HTTP, client %s', (_, connect) => {
  test.each([500, 502, 503, 504, 429])('%i is repeated where that does no harm', async (status) => {
    const runtime = await runtimeOf(await connect(await answerOverHttp([{ status }])), {
      ...repeatable,
      policy: { ...repeatable.policy, rateLimit: false },
    })
    expect(await runtime.dispatch(work)).toBe('call 2')
  })

  test.each([400, 401, 403, 422])('%i is final', async (status) => {
    const runtime = await runtimeOf(await connect(await answerOverHttp([{ status }])), repeatable)
    const result = await runtime.dispatch(work).result()
    expect(result).toMatchObject({ error: { retryable: false, attempts: 1, details: { status } } })
  })

  test('that says when to come back is heard, with withRetryAfter', async () => {
    const refusal = { status: 429, headers: { 'retry-after': '90' } }
    const url = await answerOverHttp([refusal])
    const runtime = await runtimeOf(await connect(url, { fetch: withRetryAfter() }), repeatable)
    const result = await runtime.dispatch(work).result()
    // longer than Headrace waits by itself
    expect(result).toMatchObject({
      error: { retryable: true, retryAfterMs: 90_000, attempts: 1, details: { status: 429 } },
    })
  })

  test.each([
    { status: 404, body: 'Session not found' },
    { status: 400, body: 'Bad Request: No valid session ID provided' },
  ])('that knows no session begins a new one: %j', async (gone) => {
    const url = await answerOverHttp([gone])
    const reconnect = vi.fn(async (): Promise<McpClient> => connect(url))
    // no hint is needed: the server has refused the call unread
    const runtime = await runtimeOf(await connect(url), { reconnect })
    expect(await runtime.dispatch(work)).toBe('call 2')
    expect(reconnect).toHaveBeenCalledTimes(1)
  })

  test('that knows no session begins one new one for all calls that it refused', async () => {
    const gone = { status: 404, body: 'Session not found' }
    const url = await answerOverHttp([gone, gone, gone])
    const reconnect = vi.fn(async (): Promise<McpClient> => connect(url))
    const runtime = await runtimeOf(await connect(url), { reconnect })
    const results = await runtime.dispatchAll([work, work, work])
    expect(results.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok'])
    expect(reconnect).toHaveBeenCalledTimes(1)
  })

  test('that knows no session is final where there is no way to another', async () => {
    const runtime = await runtimeOf(await connect(await answerOverHttp([{ status: 404 }])))
    expect(await runtime.dispatch(work).result()).toMatchObject({
      error: { message: 'The MCP server does not know the session of this client any more.', retryable: false },
    })
  })
})

test('a server that cannot be reached again fails the calls, and is tried anew by the next', async () => {
  const url = await answerOverHttp([{ status: 404 }])
  const reconnect = vi.fn(async (): Promise<McpClient> => {
    if (reconnect.mock.calls.length === 1) throw Object.assign(new Error('refused'), { code: 'EACCES' })
    return httpV2(url)
  })
  const runtime = await runtimeOf(await httpV2(url), { reconnect })
  expect(await runtime.dispatch(work).result()).toMatchObject({ error: { message: 'refused' } })
  expect(await runtime.dispatch(work)).toBe('call 2')
})

test('withRetryAfter passes every other answer on as it is', async () => {
  const send = withRetryAfter(async () => new Response('busy', { status: 503 }))
  const response = await send('http://127.0.0.1/')
  expect([response.status, await response.text()]).toEqual([503, 'busy'])
})
