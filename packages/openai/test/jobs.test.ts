import { finalResult } from '@headrace/bridge'
import { createRuntime, defineTool } from '@headrace/core'
import type OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import {
  dispatchTurn,
  toLateMessages,
  toLateOutputs,
  toOpenAiTools,
  toToolMessages,
  toToolOutputs,
} from '../src/index.ts'
import { openLoopback, sse } from './loopback.ts'
import { chatChunks, responseEvents } from './wire.ts'

const call = { id: 'call_1', name: 'report', arguments: '{"year":2024}' }

function openJobs() {
  const work = Promise.withResolvers<string>()
  const report = defineTool({
    name: 'report',
    description: 'Writes the report of a year.',
    inputSchema: z.object({ year: z.number() }),
    execution: { taskSupport: 'required' },
    execute: () => work.promise,
  })
  const runtime = createRuntime({ tools: [report] })
  onTestFinished(() => runtime.close())
  return { runtime, work }
}

test('an asynchronous call is left open, and its output is delivered under its own id', async () => {
  const { runtime, work } = openJobs()
  const tools = toOpenAiTools(runtime, { api: 'responses', async: true })
  await using loopback = await openLoopback(
    sse(...responseEvents([call], 'I go on.')),
    sse(...responseEvents([], 'Thanks.')),
  )
  const { responses } = loopback.client
  const stream = responses.stream({ model: 'test', input: 'go', tools })
  const [result] = await dispatchTurn(runtime, stream).results()
  expect(loopback.requests[0]).toMatchObject({ tools: [{ name: 'report', async: true }] })
  if (result?.status !== 'pending') throw new Error(`the call is ${result?.status}`)
  expect(toToolOutputs([result], { async: true })).toEqual([])
  work.resolve('sold 3')
  const input: OpenAI.Responses.ResponseInput = toLateOutputs(await finalResult(runtime, result), { async: true })
  await responses.stream({ model: 'test', input, previous_response_id: 'resp_1', tools }).finalResponse()
  expect(loopback.requests[1]?.input).toEqual([{ type: 'function_call_output', call_id: 'call_1', output: 'sold 3' }])
})

test('a pending call in chat is answered by a placeholder, and by a message when it has ended', async () => {
  const { runtime, work } = openJobs()
  async function* chunks(): AsyncGenerator<object> {
    yield* chatChunks([call])
  }
  const [result] = await dispatchTurn(runtime, chunks()).results()
  if (result?.status !== 'pending') throw new Error(`the call is ${result?.status}`)
  expect(JSON.parse(toToolMessages([result])[0]?.content ?? '')).toMatchObject({ job: { state: expect.any(String) } })
  work.resolve('sold 3')
  expect(toLateMessages(await finalResult(runtime, result))).toEqual([
    { role: 'user', content: "The pending call 'call_1' of the tool 'report' has ended. It gave this output:\nsold 3" },
  ])
})
