import { request as send } from 'node:http'
import { defineTool, type Tool } from '@headrace/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { mcpHandler } from '../../src/index.ts'
import { beforeOverHttp, serveOverHttp, todayOverHttp } from './fixtures/connect.ts'
import { add, type Gate, gate, greet, runtimeOf } from './fixtures/runtime.ts'

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1.0.0' } },
}

/** A tool that waits until it is told to end. */
function waiting(): {
  readonly tool: Tool
  readonly started: Gate
  readonly ended: Gate
  readonly sessions: unknown[]
} {
  const started = gate()
  const ended = gate()
  const sessions: unknown[] = []
  const tool = defineTool({
    name: 'wait',
    description: 'Waits',
    inputSchema: z.object({}),
    execute: (_, { signal, session }) => {
      sessions.push(session)
      signal.addEventListener('abort', () => ended.open())
      started.open()
      return ended.opened
    },
  })
  return { tool: tool, started, ended, sessions }
}

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(body),
  }
}

test.each(['today', 'before'] as const)('serves a client of %s, with progress', async (revision) => {
  const work = defineTool({
    name: 'work',
    description: 'Works',
    inputSchema: z.object({}),
    execute: (_, { progress }) => {
      progress({ progress: 1, total: 2 })
      progress({ progress: 2, total: 2 })
      return 'done'
    },
  })
  const { url } = await serveOverHttp(runtimeOf(add, work))
  const client = revision === 'today' ? await todayOverHttp(url) : await beforeOverHttp(url)
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['math_add', 'work'])
  expect(await client.callTool({ name: 'math_add', arguments: { a: 1, b: 2 } })).toMatchObject({
    structuredContent: { sum: 3 },
  })
  const seen: unknown[] = []
  const onprogress = (progress: unknown): void => void seen.push(progress)
  const params = { name: 'work', arguments: {} }
  const result =
    'experimental' in client
      ? await client.callTool(params, undefined, { onprogress })
      : await client.callTool(params, { onprogress })
  expect(result).toMatchObject({ content: [{ text: 'done' }] })
  expect(seen).toMatchObject([
    { progress: 1, total: 2 },
    { progress: 2, total: 2 },
  ])
})

test('a client of before has a session, in which it can cancel a call', async () => {
  const { tool, started, ended, sessions } = waiting()
  const { url } = await serveOverHttp(runtimeOf(tool))
  const client = await beforeOverHttp(url)
  const leaving = new AbortController()
  const call = client.callTool({ name: 'wait' }, undefined, { signal: leaving.signal }).catch((error: Error) => error)
  await started.opened
  leaving.abort()
  await ended.opened
  await call
  expect(sessions).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
})

test.each(['today', 'before'] as const)('a client of %s that cancels or goes cancels its call', async (revision) => {
  const { tool, started, ended } = waiting()
  const { url } = await serveOverHttp(runtimeOf(tool))
  const client = revision === 'today' ? await todayOverHttp(url) : await beforeOverHttp(url)
  const call = client.callTool({ name: 'wait' }).catch((error: Error) => error)
  await started.opened
  await client.close()
  await ended.opened
  expect(await call).toBeInstanceOf(Error)
})

test('a client without sessions that goes cancels its call, too', async () => {
  const { tool, started, ended } = waiting()
  const { url } = await serveOverHttp(runtimeOf(tool), { sessions: false })
  const client = await beforeOverHttp(url)
  const call = client.callTool({ name: 'wait' }).catch((error: Error) => error)
  await started.opened
  await client.close()
  await ended.opened
  expect(await call).toBeInstanceOf(Error)
})

test('a session that ends is forgotten: by the client, when too many are open, and when the server closes', async () => {
  const { url, handler } = await serveOverHttp(runtimeOf(greet), { sessions: { max: 1 } })
  const open = async (): Promise<string> => {
    const response = await fetch(url, post(initialize))
    expect(response.status).toBe(200)
    await response.text()
    return response.headers.get('mcp-session-id') ?? ''
  }
  const ping = async (id: string): Promise<number> => {
    const response = await fetch(url, post({ jsonrpc: '2.0', id: 2, method: 'ping' }, { 'mcp-session-id': id }))
    await response.text()
    return response.status
  }
  const first = await open()
  expect(await ping(first)).toBe(200)
  const second = await open()
  expect([await ping(first), await ping(second)]).toEqual([404, 200])
  expect((await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': second } })).status).toBe(200)
  expect(await ping(second)).toBe(404)
  await open()
  await handler.close()
  expect((await fetch(url, post(initialize))).status).toBe(503)
})

test('a message without a session opens none, but by initialize', async () => {
  const { url } = await serveOverHttp(runtimeOf(greet))
  const response = await fetch(url, post({ jsonrpc: '2.0', id: 2, method: 'tools/list' }))
  expect(response.status).toBe(400)
  expect(response.headers.get('mcp-session-id')).toBeNull()
})

test.each(['today', 'before'] as const)('tells a client of %s when the tools change', async (revision) => {
  const runtime = runtimeOf(greet)
  const { url } = await serveOverHttp(runtime)
  const changed = gate()
  if (revision === 'today') {
    await todayOverHttp(url, { listChanged: { tools: { debounceMs: 1, onChanged: () => changed.open() } } })
  } else {
    const client = await beforeOverHttp(url)
    const schema = z.object({ method: z.literal('notifications/tools/list_changed') }).loose()
    client.setNotificationHandler(schema, () => changed.open())
    await client.ping()
  }
  const again = setInterval(() => {
    if (!runtime.registry.unregister('math/add')) runtime.registry.register(add)
  }, 10) // the stream of notifications is opened beside the requests
  await expect(changed.opened).resolves.toBeUndefined()
  clearInterval(again)
})

test('refuses what a web page sends by DNS rebinding, and pages of other sites', async () => {
  const { url } = await serveOverHttp(runtimeOf(greet))
  const status = (headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve) => {
      const { headers: own, body, method } = post(initialize, headers)
      const outgoing = send(url, { method: String(method), headers: own as Record<string, string> }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      outgoing.end(body)
    })
  expect(await status({})).toBe(200)
  expect(await status({ host: 'localhost:1234', origin: 'http://localhost:6274' })).toBe(200)
  expect(await status({ host: 'evil.example.com' })).toBe(403)
  expect(await status({ origin: 'https://evil.example.com' })).toBe(403)
})

test('takes the host names that it is told', async () => {
  const runtime = runtimeOf(greet)
  const ask = async (handler: ReturnType<typeof mcpHandler>, url: string, origin?: string): Promise<number> => {
    const response = await handler(new Request(url, post(initialize, origin === undefined ? {} : { origin })))
    await response.body?.cancel()
    return response.status
  }
  const named = mcpHandler(runtime, { hosts: ['mcp.example.com'], origins: ['app.example.com'] })
  expect(await ask(named, 'https://mcp.example.com/mcp')).toBe(200)
  expect(await ask(named, 'https://mcp.example.com/mcp', 'https://app.example.com')).toBe(200)
  expect(await ask(named, 'https://mcp.example.com/mcp', 'https://mcp.example.com')).toBe(403)
  expect(await ask(named, 'http://localhost/mcp')).toBe(403)
  const any = mcpHandler(runtime, { hosts: 'any' })
  expect(await ask(any, 'https://whatever.example.com/mcp', 'https://other.example.com')).toBe(200)
})

test('reads no body that is too large', async () => {
  const handler = mcpHandler(runtimeOf(greet), { maxBodyBytes: 100 })
  const response = await handler.fetch(new Request('http://localhost/mcp', post(initialize)))
  expect(response.status).toBe(413)
})

test('hands on who the client is, as whoever called it has found out', async () => {
  const tenants: unknown[] = []
  const who = defineTool({
    name: 'who',
    description: 'Who calls',
    inputSchema: z.object({}),
    execute: (_, { tenant }) => void tenants.push(tenant),
  })
  const handler = mcpHandler(runtimeOf(who), {
    sessions: false,
    options: ({ authInfo, request }) => ({ tenant: `${authInfo?.clientId} ${request?.headers.get('x-team')}` }),
  })
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'who', arguments: {} } }
  const request = new Request('http://localhost/mcp', post(body, { 'x-team': 'mines' }))
  const response = await handler(request, { authInfo: { token: 't', clientId: 'ann', scopes: [] } })
  expect(await response.text()).toContain('"result"')
  expect(tenants).toEqual(['ann mines'])
})

test('a server that closes waits for the calls that run', async () => {
  const started = gate()
  const done = gate()
  let count = 0
  const slow = defineTool({
    name: 'slow',
    description: 'Takes its time',
    inputSchema: z.object({}),
    execute: () => {
      if (++count === 2) started.open()
      return done.opened.then(() => 'done')
    },
  })
  const { url, handler } = await serveOverHttp(runtimeOf(slow))
  const clients = [await todayOverHttp(url), await beforeOverHttp(url)]
  const calls = clients.map((client) => client.callTool({ name: 'slow' }))
  await started.opened
  const closing = handler.close({ drain: 5000 })
  done.open()
  expect(await Promise.all(calls)).toMatchObject([{ content: [{ text: 'done' }] }, { content: [{ text: 'done' }] }])
  await closing
})

test('options that make no sense are refused', () => {
  const make =
    (options: object): (() => unknown) =>
    () =>
      mcpHandler(runtimeOf(), options)
  expect(make({ hosts: ['https://a.example.com'] })).toThrow(/mcpHandler: hosts must be 'any' or a list of host names/)
  expect(make({ origins: ['a.example.com:443'] })).toThrow(/mcpHandler: origins must be/)
  expect(make({ maxBodyBytes: 0 })).toThrow(/mcpHandler: maxBodyBytes must be an integer >= 1/)
  expect(make({ sessions: { max: 0 } })).toThrow(/mcpHandler: sessions.max must be an integer >= 1/)
  expect(make({ sessions: { idleMs: Number.NaN } })).toThrow(/mcpHandler: sessions.idleMs must be a number >= 0/)
  expect(make({ transport: 'stdio' })).toThrow(/mcpHandler: unknown option 'transport'/)
})
