import type { TurnEvent } from '@headrace/bridge'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createResponsesReader } from './responses-reader.ts'

interface Item {
  readonly index: number
  readonly name: string
  readonly text: string
}

const itemOf = ({ index, name, text }: Item, status = 'completed'): Record<string, unknown> => ({
  type: 'function_call',
  id: `fc_${index}`,
  call_id: `call_${index}`,
  name,
  arguments: text,
  status,
})
const created = (id = 'r1'): unknown => ({ type: 'response.created', response: { id, status: 'in_progress' } })
const added = (item: Item): unknown => ({
  type: 'response.output_item.added',
  output_index: item.index,
  item: itemOf({ ...item, text: '' }, 'in_progress'),
})
const delta = ({ index }: Item, text: string): unknown => ({
  type: 'response.function_call_arguments.delta',
  output_index: index,
  item_id: `fc_${index}`,
  delta: text,
})
const argumentsDone = ({ index, text }: Item): unknown => ({
  type: 'response.function_call_arguments.done',
  output_index: index,
  item_id: `fc_${index}`,
  arguments: text,
})
const itemDone = (item: Item, status?: string): unknown => ({
  type: 'response.output_item.done',
  output_index: item.index,
  item: itemOf(item, status),
})
const completed = (...output: unknown[]): unknown => ({
  type: 'response.completed',
  response: { id: 'r1', status: 'completed', output },
})
const incomplete = (reason: string, ...output: unknown[]): unknown => ({
  type: 'response.incomplete',
  response: { status: 'incomplete', incomplete_details: { reason }, output },
})

const one: Item = { index: 0, name: 'get', text: '{"n":1}' }
const two: Item = { index: 1, name: 'put', text: '{"n":2}' }

function readAll(events: readonly unknown[]): TurnEvent[] {
  const reader = createResponsesReader()
  return [...events.flatMap((event) => reader.read(event)), ...reader.end()]
}

/** What a stream gives, in short: `id name arguments`, `! …` for what is incomplete, and how responses end. */
function told(events: readonly unknown[]): string[] {
  return readAll(events).map((event) => {
    if (event.type === 'finish') return `${event.reason} ${event.safe ? 'well' : 'badly'}`
    const { callId, tool, arguments: given } = event.call
    return `${event.type === 'call' ? '' : '! '}${callId.replace(/^made-.*/, '-')} ${tool} ${String(given)}`
  })
}

const gotOne = 'call_0 get {"n":1}'
const gotTwo = 'call_1 put {"n":2}'

test('a call is told as soon as its arguments are done', () => {
  const reader = createResponsesReader()
  for (const event of [created(), added(one), delta(one, '{"n"'), delta(one, ':1}')]) {
    expect(reader.read(event)).toEqual([])
  }
  expect(reader.read(argumentsDone(one))).toEqual([
    { type: 'call', call: { callId: 'call_0', tool: 'get', arguments: '{"n":1}' } },
  ])
  expect(reader.read(itemDone(one))).toEqual([])
  expect(reader.read(completed(itemOf(one)))).toEqual([{ type: 'finish', reason: 'completed', safe: true }])
  expect(reader.end()).toEqual([])
})

test.each([
  [
    'only in pieces',
    [
      added(one),
      delta(one, '{"n"'),
      delta(one, ':1}'),
      argumentsDone({ ...one, text: '' }),
      itemDone({ ...one, text: '' }),
    ],
  ],
  ['only where they are done', [added(one), argumentsDone(one), itemDone({ ...one, text: '' })]],
  ['only with the item that is done', [added(one), argumentsDone({ ...one, text: '' }), itemDone(one)]],
  ['only with an item that was never seen to begin', [itemDone(one)]],
  ['before the item begins', [delta(one, '{"n"'), added(one), delta(one, ':1}'), argumentsDone(one)]],
  ['done before the item begins', [argumentsDone(one), added(one), itemDone(one)]],
  ['only in the response at the end', []],
  ['in pieces and in the response at the end', [added(one), delta(one, '{"n"')]],
])('arguments are read that come %s', (_, events) => {
  expect(told([created(), ...events, completed(itemOf(one))])).toEqual([gotOne, 'completed well'])
})

test('a call that is never said to be done is complete in a response that has completed without its output', () => {
  const events = [created(), added(one), delta(one, '{"n":'), delta(one, '1}')]
  expect(told([...events, completed()])).toEqual([gotOne, 'completed well'])
  expect(told([...events, { type: 'response.completed' }])).toEqual([gotOne, 'completed well'])
  expect(told([...events, completed({ type: 'message' })])).toEqual(['! call_0 get {"n":1}', 'completed well'])
})

test('calls whose events alternate are told in the order of the output', () => {
  const events = [
    added(one),
    added(two),
    delta(two, '{"n":'),
    delta(one, '{"n":'),
    delta(two, '2}'),
    argumentsDone(two),
    delta(one, '1}'),
    argumentsDone(one),
  ]
  expect(told([...events, completed(itemOf(one), itemOf(two))])).toEqual([gotOne, gotTwo, 'completed well'])
  expect(told([itemDone(two), itemDone(one), completed()])).toEqual([gotTwo, gotOne, 'completed well'])
})

test('events are matched where a provider gives each another item id, or every item the same index', () => {
  const ids = [added(one), delta(one, one.text), argumentsDone(one), itemDone(one)].map((event, at) => {
    const { item, ...rest } = event as { item?: object }
    return item ? { ...rest, item: { ...item, id: `x${at}` } } : { ...rest, item_id: `x${at}` }
  })
  expect(told([...ids, completed(itemOf(one))])).toEqual([gotOne, 'completed well'])
  const flat = [added(one), added(two), delta(two, two.text), delta(one, one.text), argumentsDone(one), itemDone(two)]
  const zero = flat.map((event) => ({ ...(event as object), output_index: 0 }))
  expect(told([...zero, completed()])).toEqual([gotOne, gotTwo, 'completed well'])
})

test('events that name no item are about the open one', () => {
  const strip = (event: unknown): unknown => ({ ...(event as object), output_index: undefined, item_id: undefined })
  const events = [added(one), delta(one, one.text), argumentsDone(one), added(two), argumentsDone(two)].map(strip)
  expect(told([...events, completed()])).toEqual([gotOne, gotTwo, 'completed well'])
})

test('a call without a call_id is known by its item, else by an id that is made', () => {
  const { call_id: _, ...item } = itemOf(one)
  expect(told([completed(item)])).toEqual(['fc_0 get {"n":1}', 'completed well'])
  expect(told([completed({ ...item, id: null })])).toEqual(['- get {"n":1}', 'completed well'])
})

test.each(['max_output_tokens', 'content_filter'])(
  'a response that ends with %s leaves open calls incomplete',
  (reason) => {
    const events = [added(one), argumentsDone(one), added(two), delta(two, '{"n":2}')]
    const expected = [gotOne, '! call_1 put {"n":2}', `${reason} badly`]
    expect(told([...events, incomplete(reason)])).toEqual(expected)
    expect(told([...events, incomplete(reason, itemOf(one), itemOf(two, 'incomplete'))])).toEqual(expected)
    expect(told([...events, itemDone(two, 'incomplete'), incomplete(reason)])).toEqual(expected)
  },
)

test('a response that was steered keeps the calls that it has', () => {
  expect(told([itemDone(one), incomplete('steered', itemOf(one))])).toEqual([gotOne, 'steered well'])
})

test.each([
  [{ type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } }, 'server_error'],
  [{ type: 'response.failed' }, 'response.failed'],
  [{ type: 'error', code: 'rate_limit_exceeded', message: 'slow down' }, 'rate_limit_exceeded'],
  [{ type: 'error', error: { type: 'overloaded' } }, 'overloaded'],
  [{ error: { message: 'no' } }, 'error'],
  [{ type: 'response.cancelled', response: {} }, 'cancelled'],
  [{ type: 'response.completed', response: { status: 'failed', error: { code: 'late' } } }, 'late'],
])('a failure ends the response badly: %j', (failure, reason) => {
  const events = [added(one), argumentsDone(one), added(two), delta(two, '{')]
  expect(told([...events, failure])).toEqual([gotOne, '! call_1 put {', `${reason.replace('response.', '')} badly`])
})

test('a stream that ends in the middle leaves open calls incomplete', () => {
  expect(told([created(), added(one), argumentsDone(one), added(two)])).toEqual([gotOne, '! call_1 put '])
  expect(told([delta(one, '{}')])).toEqual(['! fc_0  {}'])
})

test('several responses in one stream are told one after the other', () => {
  const first = [created('r1'), added(one), argumentsDone(one), completed(itemOf(one))]
  const second = [created('r2'), itemDone(one), completed(itemOf(one))]
  expect(told([...first, ...second])).toEqual([gotOne, 'completed well', gotOne, 'completed well'])
  expect(told([created('r1'), added(one), created('r2'), itemDone(two), completed()])).toEqual([
    '! call_0 get ',
    'unfinished badly',
    gotTwo,
    'completed well',
  ])
})

test('a second announcement of the same response changes nothing', () => {
  expect(told([created(), added(one), created(), argumentsDone(one), completed()])).toEqual([gotOne, 'completed well'])
})

test('what the provider runs, and what is no function, is left out', () => {
  const others = ['mcp_call', 'custom_tool_call', 'shell_call', 'apply_patch_call', 'tool_search_call', 'computer_call']
  const events = others.flatMap((type, index) => {
    const item = { ...itemOf({ ...one, index }), type }
    const named = { output_index: index, item_id: `fc_${index}` }
    return [
      { type: 'response.output_item.added', output_index: index, item },
      { type: 'response.mcp_call_arguments.delta', ...named, delta: '{' },
      { type: 'response.custom_tool_call_input.delta', ...named, delta: '{' },
      { type: 'response.output_item.done', output_index: index, item },
    ]
  })
  const output = others.map((type) => ({ ...itemOf(one), type }))
  expect(told([...events, completed(...output)])).toEqual(['completed well'])
})

test('what is malformed or unknown is passed over', () => {
  const odd: unknown[] = [null, 1, 'x', [], {}, { type: 1 }, { type: 'response.output_item.added', item: 1 }]
  odd.push({ type: 'response.output_item.done' }, { type: 'keepalive' }, { type: 'response.new_thing.delta' })
  expect(told([...odd, completed(null, 1)])).toEqual(['completed well'])
})

test('no input makes it throw', () => {
  const odd = fc.anything({ withNullPrototype: true })
  const types = ['created', 'output_item.added', 'output_item.done', 'function_call_arguments.delta', 'completed']
  types.push('function_call_arguments.done', 'incomplete', 'failed')
  const event = fc.record({
    type: fc.constantFrom(...types).map((type) => `response.${type}`),
    item: fc.oneof(odd, fc.record({ type: fc.constant('function_call'), id: odd, call_id: odd, arguments: odd })),
    response: fc.oneof(odd, fc.record({ output: fc.array(odd), error: odd, incomplete_details: odd })),
    output_index: fc.oneof(odd, fc.constantFrom(0, 1)),
    item_id: odd,
    delta: odd,
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), (events) => void readAll(events)),
    { numRuns: 50 },
  )
})
