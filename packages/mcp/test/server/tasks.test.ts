import { type Clock, createRuntime, defineTool, type Runtime, type Tool, toolFailure } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { CreateTaskResultV2Schema, GetTaskResultV2Schema } from '@modelcontextprotocol/ext-tasks/core/v2'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { connectBefore, serveInMemory } from './fixtures/connect.ts'
import { type Rpc, speak, withTasks } from './fixtures/rpc.ts'
import { type Gate, gate } from './fixtures/runtime.ts'

type Support = 'optional' | 'required'

function runtimeWith(tool: Tool, clock?: Clock): Runtime {
  const runtime = createRuntime({ tools: [tool], jobs: { pollIntervalMs: 20, ttlMs: 5000 }, ...(clock && { clock }) })
  onTestFinished(() => runtime.close())
  return runtime
}

function taskTool(taskSupport: Support, execute: Tool['execute'], outputSchema?: z.ZodType): Tool {
  return defineTool({
    name: 'report',
    description: 'Writes a report',
    inputSchema: z.object({ about: z.string() }),
    ...(outputSchema && { outputSchema }),
    execution: { taskSupport },
    execute,
  })
}

const call = { name: 'report', arguments: { about: 'mines' } }

/** Asks until the task has this status; a task has no other way to tell. */
async function pollUntil(rpc: Rpc, taskId: unknown, status: string): Promise<Record<string, unknown>> {
  for (;;) {
    const view = await rpc.request('tasks/get', { taskId }, withTasks)
    if (view.status === status || view.error !== undefined) return view
  }
}

test('a tool that has to run as a task is answered with one, and its result is asked for', async () => {
  const done = gate()
  const runtime = runtimeWith(
    taskTool(
      'required',
      async (_, { progress }) => {
        progress({ message: 'writing' })
        await done.opened
        return { pages: 3 }
      },
      z.object({ pages: z.number() }),
    ),
  )
  const rpc = await speak(serveInMemory(runtime).transport)
  expect(await rpc.request('server/discover')).toMatchObject({
    capabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } },
  })
  const created = await rpc.request('tools/call', call, withTasks)
  expect(CreateTaskResultV2Schema.safeParse(created).success).toBe(true)
  expect(created).toMatchObject({ resultType: 'task', status: 'working', pollIntervalMs: 20 })
  expect(created.taskId).toMatch(/.{20,}/)
  const working = await pollUntil(rpc, created.taskId, 'working')
  expect(GetTaskResultV2Schema.safeParse(working).success).toBe(true)
  done.open()
  const completed = await pollUntil(rpc, created.taskId, 'completed')
  expect(GetTaskResultV2Schema.safeParse(completed).success).toBe(true)
  expect(completed).toMatchObject({
    resultType: 'complete',
    result: { resultType: 'complete', content: [{ text: '{"pages":3}' }], structuredContent: { pages: 3 } },
  })
  expect(Date.parse(String(completed.createdAt))).toBeLessThanOrEqual(Date.parse(String(completed.lastUpdatedAt)))
  expect(completed.ttlMs).toBeGreaterThanOrEqual(5000)
})

test('a task that fails has completed, with an error as its result', async () => {
  const runtime = runtimeWith(
    taskTool('required', () => {
      throw toolFailure({ message: 'no paper', retryable: false })
    }),
  )
  const rpc = await speak(serveInMemory(runtime).transport)
  const { taskId } = await rpc.request('tools/call', call, withTasks)
  expect(await pollUntil(rpc, taskId, 'completed')).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining('no paper') }] },
  })
})

test('arguments that do not fit make no task', async () => {
  const rpc = await speak(serveInMemory(runtimeWith(taskTool('required', () => 1))).transport)
  const result = await rpc.request('tools/call', { name: 'report', arguments: {} }, withTasks)
  expect(result).toMatchObject({
    resultType: 'complete',
    isError: true,
    content: [{ text: expect.stringContaining('ARGUMENTS_INVALID') }],
  })
})

test('a tool that may run as a task is one only where it takes its time', async () => {
  const done = gate()
  const runtime = runtimeWith(
    taskTool('optional', (input) => {
      const { about } = input as { about: string }
      return about === 'mines' ? 'short' : done.opened.then(() => 'long')
    }),
  )
  const rpc = await speak(serveInMemory(runtime, { taskAfterMs: 20 }).transport)
  expect(await rpc.request('tools/call', call, withTasks)).toMatchObject({
    resultType: 'complete',
    content: [{ text: 'short' }],
  })
  const created = await rpc.request('tools/call', { name: 'report', arguments: { about: 'gold' } }, withTasks)
  expect(created).toMatchObject({ resultType: 'task' })
  done.open()
  expect(await pollUntil(rpc, created.taskId, 'completed')).toMatchObject({ result: { content: [{ text: 'long' }] } })
})

test('a client that does not know tasks waits for the result, and hears of progress', async () => {
  const runtime = runtimeWith(
    taskTool('required', (_, { progress }) => {
      progress({ progress: 1, total: 2, message: 'half' })
      return 'whole'
    }),
  )
  const client = await connectBefore(serveInMemory(runtime).transport)
  await client.listTools()
  expect(await client.callTool(call)).toMatchObject({ content: [{ text: 'whole' }] })
  const rpc = await speak(serveInMemory(runtime).transport)
  expect(await rpc.request('tools/call', call)).toMatchObject({ resultType: 'complete', content: [{ text: 'whole' }] })
})

test('a client that does not know tasks is told so where it would have to wait too long, and the task ends', async () => {
  const clock = createTestClock()
  const started = gate()
  const ended = gate()
  const slow = taskTool('required', (_, { signal }) => {
    signal.addEventListener('abort', () => ended.open())
    started.open()
    return ended.opened
  })
  const rpc = await speak(serveInMemory(runtimeWith(slow, clock), { maxWaitMs: 20_000 }).transport)
  const answer = rpc.request('tools/call', call)
  await started.opened
  await clock.advance(19_000)
  expect(clock.pending).toBeGreaterThan(0)
  await clock.advance(2000)
  expect(await answer).toMatchObject({
    error: {
      code: -32_021,
      message: expect.stringContaining("'report' did not end within 20000 ms"),
      data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
    },
  })
  await ended.opened
})

test('a task is cancelled by an acknowledgement, whatever it is just doing', async () => {
  const ended = gate()
  const runtime = runtimeWith(
    taskTool('required', (_, { signal }) => {
      signal.addEventListener('abort', () => ended.open())
      return ended.opened
    }),
  )
  const rpc = await speak(serveInMemory(runtime).transport)
  const { taskId } = await rpc.request('tools/call', call, withTasks)
  expect(await rpc.request('tasks/cancel', { taskId }, withTasks)).toMatchObject({ resultType: 'complete' })
  await ended.opened
  expect(await pollUntil(rpc, taskId, 'cancelled')).toMatchObject({ taskId, status: 'cancelled' })
  expect(await rpc.request('tasks/cancel', { taskId }, withTasks)).toMatchObject({ resultType: 'complete' })
})

test('a task asks its client, and each question has a name of its own', async () => {
  const runtime = runtimeWith(
    taskTool('required', async (_, { requestInput }) => {
      const first = await requestInput('May I?')
      const second = await requestInput('May I?')
      const form = { method: 'elicitation/create', params: { message: 'Who?', requestedSchema: { type: 'object' } } }
      return JSON.stringify([first, second, await requestInput(form)])
    }),
  )
  const rpc = await speak(serveInMemory(runtime).transport)
  const { taskId } = await rpc.request('tools/call', call, withTasks)
  const asked = async (): Promise<[string, unknown]> => {
    const view = await pollUntil(rpc, taskId, 'input_required')
    expect(GetTaskResultV2Schema.safeParse(view).success).toBe(true)
    const [question] = Object.entries(view.inputRequests as object)
    return question as [string, unknown]
  }
  const answer = (key: string, response: object): Promise<unknown> =>
    rpc.request('tasks/update', { taskId, inputResponses: { [key]: response } }, withTasks)
  const [first, question] = await asked()
  expect(question).toMatchObject({ method: 'elicitation/create', params: { mode: 'form', message: 'May I?' } })
  expect(await answer('unheard-of', { action: 'accept', content: { answer: 'no' } })).toMatchObject({
    resultType: 'complete',
  })
  expect((await asked())[0]).toBe(first)
  await answer(first, { action: 'accept', content: { answer: 'yes' } })
  const [second] = await asked()
  expect(second).not.toBe(first)
  await answer(first, { action: 'accept', content: { answer: 'late' } })
  await answer(second, { action: 'decline' })
  const [third, form] = await asked()
  expect(form).toMatchObject({ params: { message: 'Who?' } })
  await answer(third, { action: 'accept', content: { who: 'Ann' } })
  const completed = await pollUntil(rpc, taskId, 'completed')
  expect(completed).toMatchObject({
    result: { content: [{ text: '["yes",null,{"action":"accept","content":{"who":"Ann"}}]' }] },
  })
})

test('tasks are for clients that know them, and for their own tenant', async () => {
  let tenant = 'ann'
  const done: Gate = gate()
  const runtime = runtimeWith(taskTool('required', () => done.opened))
  const rpc = await speak(serveInMemory(runtime, { options: () => ({ tenant }) }).transport)
  const { taskId } = await rpc.request('tools/call', call, withTasks)
  for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update']) {
    const params = { taskId, inputResponses: {} }
    expect(await rpc.request(method, params)).toMatchObject({ error: { code: -32_021 } })
    expect(await rpc.request(method, { ...params, taskId: 'guessed' }, withTasks)).toMatchObject({
      error: { code: -32_602 },
    })
    tenant = 'bob'
    expect(await rpc.request(method, params, withTasks)).toMatchObject({ error: { code: -32_602 } })
    tenant = 'ann'
    expect(await rpc.request(method, params, withTasks)).toMatchObject({ resultType: 'complete' })
    expect(await rpc.request(method, {}, withTasks)).toMatchObject({ error: { code: -32_602 } })
  }
  done.open()
})
