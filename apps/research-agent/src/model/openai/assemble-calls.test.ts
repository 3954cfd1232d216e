import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import { expect, test } from 'vitest'
import { createCallAssembler, UnsafeFinishError } from './assemble-calls.ts'

type Choice = ChatCompletionChunk.Choice
type Fragment = ChatCompletionChunk.Choice.Delta.ToolCall

const choice = (tool_calls: Fragment[], finish_reason: Choice['finish_reason'] = null): Choice => ({
  index: 0,
  delta: { tool_calls },
  finish_reason,
})
const first = (index: number, id: string, name: string): Fragment => ({
  index,
  id,
  type: 'function',
  function: { name, arguments: '' },
})
const more = (index: number, text: string): Fragment => ({ index, function: { arguments: text } })

test('gives a call as soon as the next one begins, and the last one at the end', () => {
  const assembler = createCallAssembler()
  expect(assembler.add(choice([first(0, 'a', 'package_facts')]))).toEqual([])
  expect(assembler.add(choice([more(0, '{"package":')]))).toEqual([])
  expect(assembler.add(choice([more(0, '"zod"}')]))).toEqual([])
  expect(assembler.add(choice([first(1, 'b', 'search_docs')]))).toEqual([
    { callId: 'a', tool: 'package_facts', arguments: '{"package":"zod"}' },
  ])
  assembler.add(choice([more(1, '{}')]))
  assembler.add(choice([], 'tool_calls'))
  expect(assembler.end()).toEqual([{ callId: 'b', tool: 'search_docs', arguments: '{}' }])
})

test('takes several fragments of one chunk, and calls without an id', () => {
  const assembler = createCallAssembler()
  const whole = choice(
    [
      { index: 0, function: { name: 'a', arguments: '{}' } },
      { index: 1, function: { name: 'b', arguments: '{}' } },
    ],
    'stop',
  )
  expect([...assembler.add(whole), ...assembler.end()].map(({ callId, tool }) => [callId, tool])).toEqual([
    ['call_0', 'a'],
    ['call_1', 'b'],
  ])
})

test('gives nothing where the model only writes', () => {
  const assembler = createCallAssembler()
  expect(assembler.add({ index: 0, delta: { content: 'hello' }, finish_reason: 'stop' })).toEqual([])
  expect(assembler.end()).toEqual([])
})

test.each(['length', 'content_filter', null] as const)('refuses a message that ended with %s', (finish) => {
  const assembler = createCallAssembler()
  assembler.add(choice([first(0, 'a', 'package_facts')], finish))
  expect(() => assembler.end()).toThrow(UnsafeFinishError)
})
