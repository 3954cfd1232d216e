import { createRuntime, defineTool } from '@headrace/core'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { answerQuestion } from '../../agent/answer-question.ts'
import { directTogether } from '../../route/direct-routes.ts'
import { openaiModel } from './openai-model.ts'
import { chunk, fragment, type SseEndpoint, type SseReply, sseEndpoint } from './sse-endpoint.ts'

let endpoint: SseEndpoint
afterEach(() => endpoint.close())

const double = defineTool({
  name: 'double',
  description: 'Doubles a number.',
  inputSchema: z.object({ value: z.number() }),
  annotations: { readOnlyHint: true },
  execute: ({ value }) => ({ doubled: 2 * value }),
})

async function ask(replies: readonly SseReply[], signal = new AbortController().signal) {
  endpoint = await sseEndpoint(replies)
  const model = openaiModel({ baseUrl: endpoint.baseUrl, apiKey: 'k', model: 'm' })
  const runtime = createRuntime({ tools: [double] })
  try {
    return await answerQuestion({
      question: 'q',
      number: 1,
      of: 1,
      model,
      runtime,
      route: directTogether,
      signal,
      emit: () => {},
    })
  } finally {
    await runtime.close()
  }
}

test('asks for tools, gets their results as messages of the next request, and streams the answer', async () => {
  const { answer, exchanges } = await ask([
    [
      chunk({ role: 'assistant', content: 'Let me see.' }),
      fragment(0, '', { id: 'x', name: 'double' }),
      fragment(0, '{"value":'),
      fragment(0, '21}'),
      fragment(1, '{"value":"no"}', { id: 'y', name: 'double' }),
      chunk({}, 'tool_calls'),
    ],
    [chunk({ content: 'It is ' }), chunk({ content: '42.' }), chunk({}, 'stop')],
  ])

  expect(answer).toBe('It is 42.')
  expect(exchanges[0]?.results.map(({ status }) => status)).toEqual(['ok', 'error'])
  expect(endpoint.requests[0]).toMatchObject({
    model: 'm',
    stream: true,
    tools: [{ type: 'function', function: { name: 'double', parameters: { type: 'object' } } }],
  })
  const { messages } = z.object({ messages: z.array(z.record(z.string(), z.unknown())) }).parse(endpoint.requests[1])
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool'])
  expect(messages[2]).toMatchObject({ content: 'Let me see.', tool_calls: [{ id: 'x' }, { id: 'y' }] })
  expect(messages[3]).toMatchObject({
    tool_call_id: 'x',
    content: JSON.stringify({ doubled: 42 }),
  })
  expect(messages[4]?.content).toContain('ARGUMENTS_INVALID')
})

test('runs none of the calls of a message that was cut off', async () => {
  const cut = [fragment(0, '{"value":1}', { id: 'x', name: 'double' }), chunk({}, 'length')]
  await expect(ask([cut])).rejects.toThrow(/cut off/)
})

test('says what to do where the endpoint refuses', async () => {
  await expect(ask([{ status: 401, message: 'bad key' }])).rejects.toThrow(
    /answered 401: .*bad key.*Check OPENAI_API_KEY/,
  )
  endpoint.close()
  await expect(ask([{ status: 404, message: 'no such model' }])).rejects.toThrow(/Check OPENAI_BASE_URL .*OPENAI_MODEL/)
})

test("ends with the caller's own reason when it is interrupted", async () => {
  const reason = new Error('enough')
  await expect(ask([[]], AbortSignal.abort(reason))).rejects.toBe(reason)
})
