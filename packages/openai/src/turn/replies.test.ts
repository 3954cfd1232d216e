import { type CallResult, CancelReason, type FinalResult, ToolError } from '@headrace/core'
import { expect, test } from 'vitest'
import { toLateMessages, toToolMessages } from '../chat/tool-messages.ts'
import { toLateOutputs, toToolOutputs } from '../responses/tool-outputs.ts'

const meta = { queuedMs: 0, durationMs: 0, attempts: 1 }
const ok = (callId: string, output: unknown): FinalResult => ({ status: 'ok', callId, tool: 'get', output, meta })
const failed: FinalResult = {
  status: 'error',
  callId: 'b',
  tool: 'get',
  error: new ToolError({ code: 'TIMEOUT', message: 'too slow', tool: 'get', callId: 'b' }),
  meta,
}
const cancelled: FinalResult = {
  status: 'cancelled',
  callId: 'c',
  tool: 'get',
  reason: new CancelReason('cancelled'),
  meta,
}
const pending: CallResult = {
  status: 'pending',
  callId: 'd',
  tool: 'get',
  job: {
    id: 'job-1',
    tool: 'get',
    state: 'working',
    attempt: 1,
    createdAt: 0,
    updatedAt: 0,
    ttlMs: 1000,
    pollIntervalMs: 1000,
  },
  meta,
}
const all: readonly CallResult[] = [ok('a', { n: 1 }), failed, cancelled, pending]

test('every call has one message, in order, whatever became of it', () => {
  const messages = toToolMessages(all)
  expect(messages.map((message) => [message.role, message.tool_call_id])).toEqual([
    ['tool', 'a'],
    ['tool', 'b'],
    ['tool', 'c'],
    ['tool', 'd'],
  ])
  const [first, second, third, last] = messages.map(({ content }) => JSON.parse(content) as unknown)
  expect(first).toEqual({ n: 1 })
  expect(second).toMatchObject({ error: { code: 'TIMEOUT' } })
  expect(third).toMatchObject({ cancelled: { message: expect.stringContaining('cancelled') } })
  expect(last).toMatchObject({ job: { id: 'job-1' } })
})

test('every call has one output item, in order', () => {
  const outputs = toToolOutputs(all)
  expect(outputs.map((item) => [item.type, item.call_id])).toEqual(
    ['a', 'b', 'c', 'd'].map((id) => ['function_call_output', id]),
  )
  expect(outputs.map(({ output }) => output)).toEqual(toToolMessages(all).map(({ content }) => content))
})

test('a call that had no id cannot be answered in the Responses API, and keeps its made id in chat', () => {
  const made = ok('made-1', 'x')
  expect(toToolOutputs([made, ok('a', 'y')])).toEqual([{ type: 'function_call_output', call_id: 'a', output: 'y' }])
  expect(toToolMessages([made])).toEqual([{ role: 'tool', tool_call_id: 'made-1', content: 'x' }])
})

test('a pending call of an asynchronous tool is left open, and answered later under its own id', () => {
  expect(toToolOutputs(all, { async: true }).map((item) => item.call_id)).toEqual(['a', 'b', 'c'])
  expect(toLateOutputs(ok('d', 'done'), { async: true })).toEqual([
    { type: 'function_call_output', call_id: 'd', output: 'done' },
  ])
})

test('a pending call that a placeholder has answered is told of in a message', () => {
  const content = "The pending call 'd' of the tool 'get' has ended. It gave this output:\ndone"
  expect(toLateMessages(ok('d', 'done'))).toEqual([{ role: 'user', content }])
  expect(toLateOutputs(ok('d', 'done'))).toEqual([{ type: 'message', role: 'user', content }])
  expect(toLateMessages(failed)[0]?.content).toMatch(
    /^The pending call 'b' of the tool 'get' has ended. It gave no output:\n{"error":/,
  )
})

test('exactly the calls of a message are answered, also those that were never started', () => {
  const call = (id: string): object => ({ id, type: 'function', function: { name: 'get', arguments: '{}' } })
  const custom = { id: 'x', type: 'custom', custom: { name: 'sql', input: '' } }
  const message = { role: 'assistant', tool_calls: [call('z'), custom, call('a')] }
  const messages = toToolMessages(all, { message })
  expect(messages.map((each) => each.tool_call_id)).toEqual(['z', 'a'])
  expect(messages[0]?.content).toContain('It was never started.')
  expect(toToolMessages(all, { message: { tool_calls: undefined } })).toEqual([])
})

test('exactly the calls of a response are answered, also those that were never started', () => {
  const call = (id: string): object => ({ type: 'function_call', call_id: id, name: 'get', arguments: '{}' })
  const output = [{ type: 'reasoning' }, call('z'), { type: 'custom_tool_call', call_id: 'x' }, call('a')]
  const items = toToolOutputs(all, { output })
  expect(items.map((item) => item.call_id)).toEqual(['z', 'a'])
  expect(items[0]?.output).toContain('It was never started.')
})

test('large outputs are cut at a limit, with a note', () => {
  const [message] = toToolMessages([ok('a', 'x'.repeat(30))], { maxCharacters: 10 })
  expect(message?.content).toMatch(/^x{10}\n\[Cut: the first 10 of 30 characters/)
  const [item] = toToolOutputs([ok('a', 'x'.repeat(30))], { maxCharacters: 10, async: true })
  expect(item?.output).toBe(message?.content)
  expect(toLateMessages(ok('a', 'x'.repeat(30)), { maxCharacters: 10 })[0]?.content).toContain('[Cut')
})

test('options that make no sense are refused', () => {
  expect(() => toToolMessages([], { maxCharacters: -1 })).toThrow(
    'toToolMessages: maxCharacters must be an integer >= 1',
  )
  expect(() => toToolMessages([], { async: true } as never)).toThrow("toToolMessages: unknown option 'async'")
  expect(() => toToolOutputs([], { async: 'yes' } as never)).toThrow('toToolOutputs: async must be a boolean')
  expect(() => toLateOutputs(failed, { max: 1 } as never)).toThrow(
    "unknown option 'max'; known are maxCharacters, async",
  )
})

test('calls of a message that share an id, or have none, have each a result of their own, in order', () => {
  const call = (id?: string): object => ({ id, type: 'function', function: { name: 'get', arguments: '{}' } })
  const results = [ok('call_0', 'one'), ok('made-1', 'two'), ok('call_0', 'three'), ok('made-2', 'four')]
  const tool_calls = [call('call_0'), call(), call('call_0'), call('')]
  expect(toToolMessages(results, { message: { tool_calls } }).map(({ content }) => content)).toEqual([
    'one',
    'two',
    'three',
    'four',
  ])
  const output = [{ type: 'function_call', call_id: 'call_0', name: 'get' }]
  expect(toToolOutputs(results, { output: [output[0], { type: 'function_call', name: 'get' }, output[0]] })).toEqual([
    { type: 'function_call_output', call_id: 'call_0', output: 'one' },
    { type: 'function_call_output', call_id: 'call_0', output: 'three' },
  ])
})
