import { createRuntime, defineTool, type Runtime, type Tool } from '@headrace/core'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { mcpTools } from '../../src/index.ts'
import { beforeOverHttp, connectToday, serveInMemory, serveOverHttp, todayOverHttp } from './fixtures/connect.ts'
import { add, gate } from './fixtures/runtime.ts'

const report: Tool = defineTool({
  name: 'report',
  description: 'Writes a report',
  inputSchema: z.object({ about: z.string() }),
  execution: { taskSupport: 'required' },
  execute: ({ about }, { progress }) => {
    progress({ message: 'writing' })
    return `About ${about}`
  },
})

const picture: Tool = defineTool({
  name: 'picture',
  description: 'Draws a picture',
  inputSchema: z.object({}),
  execute: () => ({ content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] }),
})

function served(...tools: Tool[]): Runtime {
  const runtime = createRuntime({ tools, jobs: { pollIntervalMs: 10 } })
  onTestFinished(() => runtime.close())
  return runtime
}

function using(tools: Tool[]): Runtime {
  const runtime = createRuntime({ tools })
  onTestFinished(() => runtime.close())
  return runtime
}

test('tools that are served and taken back are the same: outputs, errors, content', async () => {
  const { transport } = serveInMemory(served(add, picture))
  const runtime = using(await mcpTools(await connectToday(transport), { trustAnnotations: true }))
  expect(runtime.registry.get('math_add')?.annotations).toMatchObject({ readOnlyHint: true })
  expect(await runtime.dispatch({ tool: 'math_add', arguments: { a: 1, b: 2 } })).toEqual({ sum: 3 })
  expect(await runtime.dispatch({ tool: 'picture', arguments: {} })).toEqual({
    content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }],
  })
  expect(await runtime.dispatch({ tool: 'math_add', arguments: { a: 1, b: 'x' } }).result()).toMatchObject({
    error: { code: 'ARGUMENTS_INVALID' },
  })
})

test.each(['memory', 'http'] as const)('a task is waited for over %s', async (way) => {
  const runtime = served(report)
  const client =
    way === 'memory'
      ? await connectToday(serveInMemory(runtime).transport)
      : await todayOverHttp((await serveOverHttp(runtime)).url)
  const own = using(await mcpTools(client))
  expect(await own.dispatch({ tool: 'report', arguments: { about: 'mines' } })).toBe('About mines')
})

test('a client of before waits for what runs as a task elsewhere', async () => {
  const { url } = await serveOverHttp(served(report))
  const own = using(await mcpTools(await beforeOverHttp(url)))
  expect(await own.dispatch({ tool: 'report', arguments: { about: 'mines' } })).toBe('About mines')
})

test('a cancel goes through both runtimes', async () => {
  const started = gate()
  const ended = gate()
  const wait = defineTool({
    name: 'wait',
    description: 'Waits',
    inputSchema: z.object({}),
    execute: (_, { signal }) => {
      signal.addEventListener('abort', () => ended.open())
      started.open()
      return ended.opened
    },
  })
  const { transport } = serveInMemory(served(wait))
  const own = using(await mcpTools(await connectToday(transport)))
  const call = own.dispatch({ tool: 'wait', arguments: {} })
  await started.opened
  await call.cancel('enough')
  await ended.opened
  expect(await call.result()).toMatchObject({ status: 'cancelled', reason: 'enough' })
})
