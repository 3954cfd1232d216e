import { createRuntime } from '@headrace/core'
import { ResponsesToolRunner, runnerFunction } from 'openai/helpers/responses-tool-runner'
import { standardFunction } from 'openai/helpers/standard-schema'
import { zodFunction, zodResponsesFunction } from 'openai/helpers/zod'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { wrapTools } from '../src/index.ts'
import { json, openLoopback, sse } from './loopback.ts'
import { chatChunks, chatCompletion, chatText, responseEvents } from './wire.ts'

const double = { type: 'function', id: 'call_1', function: { name: 'double', arguments: '{"n":21}' } }
const halve = { type: 'function', id: 'call_2', function: { name: 'halve', arguments: '{"n":42}' } }

function openRuntime() {
  const runtime = createRuntime()
  onTestFinished(() => runtime.close())
  const settled: string[] = []
  runtime.events$.subscribe((event) => {
    if (event.type === 'call-settle') settled.push(`${event.tool} ${event.result.status}`)
  })
  return { runtime, settled }
}

test('runTools runs wrapped tools through the runtime', async () => {
  const { runtime, settled } = openRuntime()
  const answers = [
    json(chatCompletion({ tool_calls: [double, halve] }, 'tool_calls')),
    json(chatCompletion({ content: 'ok' })),
  ]
  await using loopback = await openLoopback(...answers)
  const tools = wrapTools(
    [
      zodFunction({ name: 'double', parameters: z.object({ n: z.number() }), function: ({ n }) => n * 2 }),
      standardFunction({ name: 'halve', parameters: z.object({ n: z.number() }), function: ({ n }) => n / 2 }),
    ],
    runtime,
  )
  const runner = loopback.client.chat.completions.runTools({
    model: 'test',
    messages: [{ role: 'user', content: 'go' }],
    tools,
  })
  expect(await runner.finalContent()).toBe('ok')
  expect(settled.toSorted()).toEqual(['double ok', 'halve ok'])
  expect(loopback.requests[0]).toMatchObject({ tools: [{ function: { name: 'double', strict: true } }, {}] })
  expect(loopback.requests[1]?.messages).toEqual([
    { role: 'user', content: 'go' },
    expect.objectContaining({ role: 'assistant' }),
    { role: 'tool', tool_call_id: 'call_1', content: '42' },
    { role: 'tool', tool_call_id: 'call_2', content: '21' },
  ])
})

test('a tool that fails does not end a streamed run: the model is told', async () => {
  const { runtime, settled } = openRuntime()
  const call = { id: 'call_1', name: 'lookup', arguments: '{}' }
  await using loopback = await openLoopback(sse(...chatChunks([call])), sse(...chatText('ok')))
  function lookup(): never {
    throw new Error('no such table')
  }
  const tools = wrapTools(
    [{ type: 'function', function: { function: lookup, description: '', parameters: { type: 'object' } } }],
    runtime,
  )
  const messages = [{ role: 'user', content: 'go' } as const]
  const runner = loopback.client.chat.completions.runTools({ model: 'test', stream: true, messages, tools })
  expect(await runner.finalContent()).toBe('ok')
  expect(settled).toEqual(['lookup error'])
  const answer = z.object({ role: z.literal('tool'), content: z.string() })
  const [, , { content }] = z.tuple([z.unknown(), z.unknown(), answer]).parse(loopback.requests[1]?.messages)
  expect(JSON.parse(content)).toMatchObject({ error: { code: 'EXECUTION_FAILED' } })
})

test('a run that is aborted cancels its calls', async () => {
  const { runtime, settled } = openRuntime()
  await using loopback = await openLoopback(json(chatCompletion({ tool_calls: [double] }, 'tool_calls')))
  const started = Promise.withResolvers<void>()
  const hang = (): Promise<never> => {
    started.resolve()
    return new Promise(() => {})
  }
  const tools = wrapTools(
    [zodFunction({ name: 'double', parameters: z.object({ n: z.number() }), function: hang })],
    runtime,
    { options: () => ({ policy: { timeout: { grace: 1 } } }) },
  )
  const runner = loopback.client.chat.completions.runTools({
    model: 'test',
    messages: [{ role: 'user', content: 'go' }],
    tools,
  })
  await started.promise
  runner.abort()
  await expect(runner.done()).rejects.toThrow('aborted')
  expect(settled).toEqual(['double cancelled'])
})

test("the SDK's runner of responses runs wrapped functions through the runtime", async () => {
  const { runtime, settled } = openRuntime()
  const call = { id: 'call_1', name: 'double', arguments: '{"n":21}' }
  const answers = [responseEvents([call]), responseEvents([], 'ok')].map((events) => {
    return json({
      ...events.at(-1)?.response,
      parallel_tool_calls: true,
      tools: [],
      error: null,
      incomplete_details: null,
    })
  })
  await using loopback = await openLoopback(...answers)
  const parameters = z.object({ n: z.number() })
  const tool = zodResponsesFunction({ name: 'double', parameters, function: ({ n }) => `${n * 2}` })
  const functions = wrapTools([runnerFunction(tool)], runtime)
  const response = await new ResponsesToolRunner({ functions }).run(loopback.client, { model: 'test', input: 'go' })
  expect(response.output_text).toBe('ok')
  expect(settled).toEqual(['double ok'])
  expect(loopback.requests[1]?.input).toContainEqual(
    expect.objectContaining({ type: 'function_call_output', call_id: 'call_1', output: '42' }),
  )
})
