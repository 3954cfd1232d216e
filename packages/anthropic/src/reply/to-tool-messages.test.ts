import { CancelReason, createRuntime, defineTool, toolFailure } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { expect, test } from 'vitest'
import { toToolMessages } from './to-tool-messages.ts'

const meta = { queuedMs: 0, durationMs: 1, attempts: 1 }
const ok = (callId: string, output: unknown = 1) => ({ status: 'ok', callId, tool: 't', output, meta }) as const
const block = (id: string) => ({ type: 'tool_use', id, name: 't', input: {} })

test('answers all calls in one message of their results, in order', () => {
  expect(toToolMessages([ok('toolu_a', { n: 1 }), ok('toolu_b', 'text')])).toEqual([
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_a', content: '{"n":1}' },
        { type: 'tool_result', tool_use_id: 'toolu_b', content: 'text' },
      ],
    },
  ])
})

test('marks what failed or was cancelled, and not what goes on as a job', async () => {
  const tool = (name: string, execute: () => unknown, taskSupport?: 'required') =>
    defineTool({
      name,
      description: name,
      inputSchema: jsonSchema({ type: 'object' }),
      execution: taskSupport && { taskSupport },
      execute,
    })
  const fail = (): never => {
    throw toolFailure({ message: 'no such city', blame: 'caller' })
  }
  await using runtime = createRuntime({ tools: [tool('fail', fail), tool('long', () => 1, 'required')] })
  const names = ['fail', 'long', 'nowhere']
  const calls = names.map((name) => ({ callId: `toolu_${name}`, tool: name, arguments: {} }))
  const dropped = {
    status: 'cancelled',
    callId: 'toolu_c',
    tool: 'c',
    reason: new CancelReason('cancelled'),
    meta,
  } as const
  const [message] = toToolMessages([...(await runtime.dispatchAll(calls)), dropped])
  expect(message?.content).toMatchObject([
    { tool_use_id: 'toolu_fail', is_error: true, content: expect.stringContaining('no such city') },
    { tool_use_id: 'toolu_long', content: expect.stringContaining('goes on as job') },
    { tool_use_id: 'toolu_nowhere', is_error: true, content: expect.stringContaining('TOOL_NOT_FOUND') },
    { tool_use_id: 'toolu_c', is_error: true, content: expect.stringContaining('cancelled') },
  ])
  expect(message?.content[1]).not.toHaveProperty('is_error')
})

test('gives no message where there are no calls', () => {
  expect(toToolMessages([])).toEqual([])
  expect(toToolMessages([ok('toolu_a')], { message: { content: 'only text' } })).toEqual([])
})

test('answers no id twice', () => {
  const [message] = toToolMessages([ok('toolu_a', 'first'), ok('toolu_a', 'second')])
  expect(message?.content).toMatchObject([{ content: 'first' }])
})

test('answers exactly the calls of a message, in its order', () => {
  const content = [
    { type: 'text', text: 'so' },
    block('toolu_b'),
    block('toolu_new'),
    block('toolu_a'),
    block('srvtoolu_1'),
  ]
  const [message] = toToolMessages([ok('toolu_a'), ok('toolu_b'), ok('toolu_other')], { message: { content } })
  expect(message?.content).toMatchObject([
    { tool_use_id: 'toolu_b', content: '1' },
    { tool_use_id: 'toolu_new', is_error: true, content: expect.stringContaining('It was never started.') },
    { tool_use_id: 'toolu_a', content: '1' },
  ])
})

test('answers a member of a toolset with its toolset', () => {
  const content = [{ ...block('toolu_a'), toolset_name: 'browser' }]
  const [message] = toToolMessages([ok('toolu_a')], { message: { content } })
  expect(message?.content).toMatchObject([{ tool_use_id: 'toolu_a', toolset_name: 'browser' }])
})

test('cuts outputs that are too long', () => {
  const [message] = toToolMessages([ok('toolu_a', 'x'.repeat(100))], { maxCharacters: 10 })
  expect(message?.content).toMatchObject([{ content: expect.stringMatching(/^x{10}\n\[Cut: the first 10 of 100/) }])
})

test('refuses options that nobody reads', () => {
  expect(() => toToolMessages([], { max: 1 } as never)).toThrow("toToolMessages: unknown option 'max'")
})
