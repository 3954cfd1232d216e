import { createRuntime, defineTool, type Runtime } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type McpClient, type McpToolsOptions, type McpWarning, watchMcpTools } from '../../src/index.ts'
import { clients, legacyClient, modernClient, serveOwn } from './fixtures/own-server.ts'

const inputSchema = { type: 'object' }

/** A server whose tools a test changes. */
async function changing(names: readonly string[], onList: () => void = () => undefined) {
  let tools: readonly object[] = names.map((name) => ({ name, inputSchema }))
  let asked = 0
  const { transport, server } = await serveOwn({
    handlers: {
      'tools/list': () => {
        asked += 1
        onList()
        return { tools }
      },
      'tools/call': ({ name }) => ({ content: [{ type: 'text', text: String(name) }] }),
    },
  })
  const change = async (next: readonly object[]): Promise<void> => {
    tools = next
    await server().notification({ method: 'notifications/tools/list_changed' })
  }
  return { transport, change, asked: () => asked }
}

function emptyRuntime(): Runtime {
  const runtime = createRuntime()
  onTestFinished(() => runtime.close())
  return runtime
}

async function watch(client: McpClient, runtime: Runtime, options?: McpToolsOptions) {
  const watched = await watchMcpTools(client, runtime, options)
  onTestFinished(() => watched.close())
  return watched
}

const named = (...names: string[]): object[] => names.map((name) => ({ name, inputSchema }))

describe.each(Object.entries(clients))('the tools of a server that changes them, client %s', (_, connect) => {
  test('are registered as the server has them', async () => {
    const { transport, change } = await changing(['a', 'b'])
    const runtime = emptyRuntime()
    const watched = await watch(await connect(transport), runtime)
    expect(runtime.registry.names()).toEqual(['a', 'b'])
    const kept = runtime.registry.get('b')
    await change(named('b', 'c'))
    await vi.waitFor(() => expect(runtime.registry.names()).toEqual(['b', 'c']))
    expect(watched.names()).toEqual(['b', 'c'])
    expect(runtime.registry.get('b')).toBe(kept)
    expect(await runtime.dispatch({ tool: 'c', arguments: {} })).toBe('c')
    await change([{ name: 'b', description: 'another', inputSchema }])
    await vi.waitFor(() => expect(runtime.registry.get('b')?.description).toBe('another'))
    watched.close()
    expect(runtime.registry.names()).toEqual([])
  })
})

test('a tool whose name is taken is left out, with a warning, and its owner keeps it', async () => {
  const { transport, change } = await changing(['a'])
  const own = defineTool({ name: 'b', description: 'own', inputSchema: jsonSchema({}), execute: () => 'own' })
  const runtime = createRuntime({ tools: [own] })
  onTestFinished(() => runtime.close())
  const warnings: McpWarning[] = []
  const watched = await watch(await clients.legacy(transport), runtime, {
    onWarning: (warning) => warnings.push(warning),
  })
  await change(named('a', 'b'))
  await vi.waitFor(() =>
    expect(warnings).toEqual([{ tool: 'b', message: "Another tool is registered as 'b'; give a prefix." }]),
  )
  watched.close()
  expect(runtime.registry.names()).toEqual(['b'])
})

test('a change that comes while the list is on its way is not missed', async () => {
  const { transport, change, asked } = await changing(['a'])
  const runtime = emptyRuntime()
  await watch(await clients.legacy(transport), runtime)
  await Promise.all([change(named('b')), change(named('c')), change(named('d'))])
  await vi.waitFor(() => expect(runtime.registry.names()).toEqual(['d']))
  expect(asked()).toBeLessThanOrEqual(4)
})

test('a server that takes the place of a lost one is asked, and watched', async () => {
  const first = await changing(['a'])
  const second = await changing(['a', 'b'])
  const runtime = emptyRuntime()
  const client = await legacyClient(first.transport)
  await watch(client, runtime, { reconnect: () => clients.modern(second.transport) })
  await client.close()
  expect(await runtime.dispatch({ tool: 'a', arguments: {} })).toBe('a')
  await vi.waitFor(() => expect(runtime.registry.names()).toEqual(['a', 'b']))
  // the watch of a modern server begins with a request of its own
  await vi.waitFor(async () => {
    await second.change(named('c'))
    expect(runtime.registry.names()).toEqual(['c'])
  })
})

test('a server that cannot be asked any more is a warning, and refresh rejects', async () => {
  const { transport, change } = await changing(['a'])
  const runtime = emptyRuntime()
  const warnings: McpWarning[] = []
  const client = await legacyClient(transport)
  const watched = await watch(client, runtime, { onWarning: (warning) => warnings.push(warning) })
  await change([])
  await client.close()
  await expect(watched.refresh()).rejects.toThrow(/Connection closed|Not connected/)
  await vi.waitFor(() =>
    expect(warnings).toMatchObject([{ message: expect.stringMatching(/The tools were not listed/) }]),
  )
})

test('a listener that closes the watch in the middle of a change leaves no tools behind', async () => {
  const { transport, change } = await changing(['a'])
  const runtime = emptyRuntime()
  const watched = await watch(await clients.legacy(transport), runtime)
  const done = new Promise<void>((resolve) => {
    runtime.events$.subscribe((event) => {
      if (event.type !== 'registry-change' || event.tool !== 'b') return
      watched.close()
      resolve()
    })
  })
  await change(named('b', 'c', 'd'))
  await done
  expect([runtime.registry.names(), watched.names()]).toEqual([[], []])
})

test('a server that refuses to tell of changes is not watched, and leaves no tools behind', async () => {
  const { transport } = await changing(['a'])
  const runtime = emptyRuntime()
  const client = await modernClient(transport)
  vi.spyOn(client, 'listen').mockRejectedValue(new Error('refused'))
  await expect(watchMcpTools(client, runtime)).rejects.toThrow('refused')
  expect(runtime.registry.names()).toEqual([])
})

test.each(Object.entries(clients))('a change during the first look is not missed, client %s', async (_, connect) => {
  const { transport, change } = await changing(['a'], () => {
    if (first) void Promise.resolve().then(() => change(named('b')))
    first = false
  })
  let first = true
  const runtime = emptyRuntime()
  await watch(await connect(transport), runtime)
  await vi.waitFor(() => expect(runtime.registry.names()).toEqual(['b']))
})

test('a tool that somebody has put in the place of one of the server stays', async () => {
  const { transport } = await changing(['a'])
  const runtime = emptyRuntime()
  const watched = await watch(await clients.legacy(transport), runtime)
  const own = defineTool({ name: 'a', description: 'own', inputSchema: jsonSchema({}), execute: () => 'own' })
  runtime.registry.unregister('a')
  runtime.registry.register(own)
  expect(watched.names()).toEqual([])
  watched.close()
  expect(runtime.registry.get('a')).toBe(own)
})
