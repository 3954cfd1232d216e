import { LLMock } from '@copilotkit/aimock'
import { createRuntime, defineTool } from '@headrace/core'
import OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { dispatchTurn, toOpenAiTools, toToolMessages, toToolOutputs } from '../src/index.ts'

const weather = defineTool({
  name: 'weather',
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string(), days: z.int().default(1) }),
  annotations: { readOnlyHint: true },
  execute: ({ city, days }) => `${city}: sunny for ${days}`,
})

async function openMock(): Promise<OpenAI> {
  const mock = new LLMock({ port: 0, logLevel: 'silent' })
  const toolCalls = [
    { id: 'call_1', name: 'weather', arguments: '{"city":"Zürich","days":null}' },
    { id: 'call_2', name: 'weather', arguments: '{"city":"Bern","days":2}' },
    { id: 'call_3', name: 'weather', arguments: '{}' },
  ]
  mock.onToolResult('call_3', { content: 'Sunny everywhere.' })
  mock.onMessage('How is it?', { toolCalls }, { chunkSize: 3 })
  await mock.start()
  onTestFinished(() => mock.stop())
  return new OpenAI({ apiKey: 'none', baseURL: `${mock.url}/v1`, maxRetries: 0 })
}

const outputs = ['Zürich: sunny for 1', 'Bern: sunny for 2', 'error']

test("a mock provider's chat stream, and its check of the conversation, agree with ours", async () => {
  const client = await openMock()
  await using runtime = createRuntime({ tools: [weather] })
  const params = { model: 'gpt-5', tools: toOpenAiTools(runtime, { api: 'chat', strict: true }) }
  const question = { role: 'user', content: 'How is it?' } as const
  const stream = client.chat.completions.stream({ ...params, messages: [question] })
  const results = await dispatchTurn(runtime, stream).results()
  expect(results.map((result) => (result.status === 'ok' ? result.output : result.status))).toEqual(outputs)
  const messages = [question, await stream.finalMessage(), ...toToolMessages(results)]
  const { choices } = await client.chat.completions.create({ ...params, messages })
  expect(choices[0]?.message.content).toBe('Sunny everywhere.')
})

test("a mock provider's response stream, and its check of the conversation, agree with ours", async () => {
  const client = await openMock()
  await using runtime = createRuntime({ tools: [weather] })
  const params = { model: 'gpt-5', tools: toOpenAiTools(runtime, { api: 'responses', strict: true }) }
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'How is it?' }]
  const stream = client.responses.stream({ ...params, input })
  const results = await dispatchTurn(runtime, stream).results()
  expect(results.map((result) => (result.status === 'ok' ? result.output : result.status))).toEqual(outputs)
  input.push(...((await stream.finalResponse()).output as OpenAI.Responses.ResponseInput), ...toToolOutputs(results))
  const response = await client.responses.create({ ...params, input })
  expect(response.output_text).toBe('Sunny everywhere.')
})
