import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { createRuntime } from '@headrace/core'
import { expect, onTestFinished, test } from 'vitest'
import { wrapTools } from '../src/index.ts'
import { serveMessages } from './messages-server.ts'
import { eventsOfMessage } from './wire.ts'

const inputSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const

test.for([true, false])("wrapped tools run in the SDK's own tool runner, eagerly: %s", async (runToolsEagerly) => {
  const blocks = [1, 2, 3].map((n) => ({
    id: `toolu_${n}`,
    name: 'weather',
    pieces: [`{"city": "${n === 3 ? '' : n}"}`],
  }))
  const server = await serveMessages([
    { events: eventsOfMessage({ blocks }) },
    { events: eventsOfMessage({ blocks: [{ text: 'Sunny.' }], stop: 'end_turn' }) },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  await using runtime = createRuntime()
  let most = 0
  let running = 0
  const weather = betaTool({
    name: 'weather',
    description: 'The weather of a city',
    inputSchema,
    run: async ({ city }) => {
      if (city === '') throw new Error('which city?')
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return `sunny in ${city}`
    },
  })
  const message = await server.client.beta.messages.toolRunner({
    model: 'claude',
    max_tokens: 100,
    stream: true,
    ...(runToolsEagerly && { runToolsEagerly }),
    messages: [{ role: 'user', content: 'How is it?' }],
    tools: wrapTools([weather], runtime, { tools: { weather: { policy: { concurrency: { max: 1 } } } } }),
  })
  expect(message.content).toMatchObject([{ text: 'Sunny.' }])
  expect(most).toBe(1)
  expect(server.requests[1]?.messages.at(-1)?.content).toMatchObject([
    { tool_use_id: 'toolu_1', content: 'sunny in 1' },
    { tool_use_id: 'toolu_2', content: 'sunny in 2' },
    { tool_use_id: 'toolu_3', is_error: true, content: expect.stringMatching(/"code":"EXECUTION_FAILED".*which city/) },
  ])
})
