import Anthropic from '@anthropic-ai/sdk'
import { LLMock } from '@copilotkit/aimock'
import { createRuntime, defineTool } from '@headrace/core'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { dispatchTurn, toAnthropicTools, toolCallsFromBytes, toToolMessages } from '../src/index.ts'

const weather = defineTool({
  name: 'weather',
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string(), days: z.int().default(1) }),
  annotations: { readOnlyHint: true },
  execute: ({ city, days }) => `${city}: sunny for ${days}`,
})

async function mockProvider(): Promise<{ readonly mock: LLMock; readonly client: Anthropic }> {
  const mock = new LLMock({ port: 0, logLevel: 'silent' })
  const toolCalls = [
    { id: 'toolu_1', name: 'weather', arguments: '{"city":"Zürich"}' },
    { id: 'toolu_2', name: 'weather', arguments: '{"city":"Bern","days":2}' },
    { id: 'toolu_3', name: 'weather', arguments: '{}' },
  ]
  mock.onToolResult('toolu_3', { content: 'Sunny everywhere.' })
  mock.onMessage('How is it?', { content: 'I look.', toolCalls }, { chunkSize: 3 })
  await mock.start()
  onTestFinished(() => mock.stop())
  return { mock, client: new Anthropic({ apiKey: 'none', baseURL: mock.url, maxRetries: 0 }) }
}

const question = { role: 'user', content: 'How is it?' } as const

test("a mock provider's stream and its check of the conversation agree with ours", async () => {
  const { client } = await mockProvider()
  await using runtime = createRuntime({ tools: [weather] })
  const params = { model: 'claude', max_tokens: 100, tools: toAnthropicTools(runtime, { strict: true }) }
  const stream = client.messages.stream({ ...params, messages: [question] })
  const turn = dispatchTurn(runtime, stream)
  const results = await turn.results()
  expect(results.map((result) => (result.status === 'ok' ? result.output : result.status))).toEqual([
    'Zürich: sunny for 1',
    'Bern: sunny for 2',
    'error',
  ])
  const message = await stream.finalMessage()
  const messages = [
    question,
    { role: 'assistant' as const, content: message.content },
    ...toToolMessages(results, { message }),
  ]
  const { content } = await client.messages.create({ ...params, messages })
  expect(content).toMatchObject([{ type: 'text', text: 'Sunny everywhere.' }])
})

test("a mock provider's bytes have the same calls", async () => {
  const { client } = await mockProvider()
  const params = { model: 'claude', max_tokens: 100, messages: [question], stream: true as const }
  const { body } = await client.messages.create(params).asResponse()
  const seen: unknown[] = []
  if (body) await toolCallsFromBytes(body).forEach(({ callId, arguments: given }) => void seen.push([callId, given]))
  expect(seen).toEqual([
    ['toolu_1', '{"city":"Zürich"}'],
    ['toolu_2', '{"city":"Bern","days":2}'],
    ['toolu_3', '{}'],
  ])
})
