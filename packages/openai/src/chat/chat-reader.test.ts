import type { TurnEvent } from '@headrace/bridge'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { streamDone } from '../turn/stream-done.ts'
import { createChatReader } from './chat-reader.ts'

interface Fragment {
  readonly index?: unknown
  readonly id?: unknown
  readonly name?: unknown
  readonly arguments?: unknown
}

function chunk(fragments: readonly Fragment[], reason: unknown = null): unknown {
  const calls = fragments.map(({ name, arguments: given, ...rest }) => ({
    ...rest,
    function: { name, arguments: given },
  }))
  return {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { tool_calls: calls }, finish_reason: reason }],
  }
}

const ended = (reason: unknown): unknown => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
const usage = { choices: [], usage: { total_tokens: 3 } }

function readAll(chunks: readonly unknown[]): TurnEvent[] {
  const reader = createChatReader()
  return [...chunks.flatMap((each) => reader.read(each)), ...reader.end()]
}

/** What a stream gives, in short: `id name arguments`, `! …` for what is incomplete, and how messages end. */
function told(chunks: readonly unknown[]): string[] {
  return readAll(chunks).map((event) => {
    if (event.type === 'finish') return `${event.reason} ${event.safe ? 'well' : 'badly'}`
    const { callId, tool, arguments: given } = event.call
    const id = callId.startsWith('made-') ? '-' : callId
    return `${event.type === 'call' ? '' : '! '}${id} ${tool} ${String(given)}`
  })
}

test('a call is told once the next one opens, the last one when the message ends', () => {
  const reader = createChatReader()
  const first = chunk([{ index: 0, id: 'a', name: 'get', arguments: '' }])
  expect(reader.read(first)).toEqual([])
  expect(reader.read(chunk([{ index: 0, arguments: '{"x":' }]))).toEqual([])
  expect(reader.read(chunk([{ index: 0, arguments: '1}' }]))).toEqual([])
  expect(reader.read(chunk([{ index: 1, id: 'b', name: 'put', arguments: '' }]))).toEqual([
    { type: 'call', call: { callId: 'a', tool: 'get', arguments: '{"x":1}' } },
  ])
  expect(reader.read(chunk([{ index: 1, arguments: '{}' }]))).toEqual([])
  expect(reader.read(ended('tool_calls'))).toEqual([
    { type: 'call', call: { callId: 'b', tool: 'put', arguments: '{}' } },
    { type: 'finish', reason: 'tool_calls', safe: true },
  ])
  expect(reader.read(usage)).toEqual([])
  expect(reader.end()).toEqual([])
})

test('calls whose fragments alternate are kept apart and told in order', () => {
  const chunks = [
    chunk([{ index: 0, id: 'a', name: 'get', arguments: '' }]),
    chunk([{ index: 1, id: 'b', name: 'get', arguments: '{"n":' }]),
    chunk([{ index: 0, arguments: '{"n":' }]),
    chunk([{ index: 1, arguments: '2}' }]),
    chunk([{ index: 2, id: 'c', name: 'get', arguments: '{"n":3}' }]),
    chunk([{ index: 0, arguments: '1}' }]),
    ended('tool_calls'),
  ]
  expect(told(chunks)).toEqual(['a get {"n":1}', 'b get {"n":2}', 'c get {"n":3}', 'tool_calls well'])
})

test('whole calls in one chunk are given, with the reason in the same chunk or without an index', () => {
  const calls = [
    { id: 'a', name: 'get', arguments: '{"n":1}' },
    { id: 'b', name: 'get', arguments: '{"n":2}' },
  ]
  const expected = ['a get {"n":1}', 'b get {"n":2}', 'tool_calls well']
  expect(told([chunk(calls, 'tool_calls')])).toEqual(expected)
  expect(
    told([
      chunk(
        calls.map((call) => ({ ...call, index: 0 })),
        'tool_calls',
      ),
    ]),
  ).toEqual(expected)
  expect(told([...calls.map((call) => chunk([{ ...call, index: null }])), ended('tool_calls')])).toEqual(expected)
})

test('calls that come without ids are told apart, and each is given an id', () => {
  const calls = [
    { name: 'get', arguments: '{"n":1}' },
    { name: 'get', arguments: '{"n":2}' },
    { name: 'now', arguments: '' },
    { name: 'later', arguments: '' },
  ]
  const expected = ['- get {"n":1}', '- get {"n":2}', '- now ', '- later ', 'stop well']
  expect(told([chunk(calls, 'stop')])).toEqual(expected)
  const ids = readAll([chunk(calls, 'stop')]).map((event) => event.type === 'call' && event.call.callId)
  expect(new Set(ids).size).toBe(5)
  expect(told([chunk(calls.slice(0, 1)), chunk(calls.slice(1, 2)), ended('stop')])).toEqual([
    ...expected.slice(0, 2),
    'stop well',
  ])
})

test('ids and names that are repeated, empty or null in later fragments change nothing', () => {
  const expected = ['a get {"n":1}', 'tool_calls well']
  for (const again of [{ id: 'a', name: 'get' }, { id: '', name: '' }, { id: null, name: null }, { id: 'other' }]) {
    const chunks = [
      chunk([{ index: 0, id: 'a', name: 'get', arguments: null }]),
      chunk([{ index: 0, ...again, arguments: '{"n"' }]),
      chunk([{ index: 0, ...again, arguments: ':1}' }]),
      chunk([{ index: 0, ...again, arguments: '' }]),
      ended('tool_calls'),
    ]
    expect(told(chunks)).toEqual(expected)
  }
})

test('an id that comes after the name is the id of the call', () => {
  const chunks = [chunk([{ index: 0, name: 'get' }]), chunk([{ index: 0, id: 'a', arguments: '{}' }]), ended('stop')]
  expect(told(chunks)).toEqual(['a get {}', 'stop well'])
})

test('a name may come in pieces, or longer each time', () => {
  const named = (names: readonly string[]): string[] =>
    told([...names.map((name) => chunk([{ index: 0, id: 'a', name }])), chunk([{ index: 0, arguments: '{}' }], 'stop')])
  expect(named(['get_', 'wea', 'ther'])).toEqual(['a get_weather {}', 'stop well'])
  expect(named(['get', 'get_weather', 'get_weather'])).toEqual(['a get_weather {}', 'stop well'])
})

test('arguments that come as an object become JSON text', () => {
  const chunks = [chunk([{ index: 0, id: 'a', name: 'get', arguments: { n: [1] } }], 'stop')]
  expect(told(chunks)).toEqual(['a get {"n":[1]}', 'stop well'])
})

test('an empty object that stands in for arguments to come is replaced by them', () => {
  const chunks = [
    chunk([{ index: 0, id: 'a', name: 'get', arguments: '{}' }]),
    chunk([{ index: 0, arguments: '{"n"' }]),
    chunk([{ index: 0, arguments: ':1}' }]),
    ended('tool_calls'),
  ]
  expect(told(chunks)).toEqual(['a get {"n":1}', 'tool_calls well'])
})

test('a whole call that is sent a second time is one call', () => {
  const whole = { index: 0, id: 'a', name: 'get', arguments: '{"n":1}' }
  expect(told([chunk([whole]), chunk([whole], 'tool_calls')])).toEqual(['a get {"n":1}', 'tool_calls well'])
})

test('complete arguments that are no JSON are given as they are', () => {
  const chunks = [chunk([{ index: 0, id: 'a', name: 'get', arguments: '{"n":' }]), ended('tool_calls')]
  expect(told(chunks)).toEqual(['a get {"n":', 'tool_calls well'])
})

test('the legacy function_call is one call', () => {
  const delta = (call: unknown): unknown => ({ choices: [{ delta: { function_call: call }, finish_reason: null }] })
  const chunks = [delta({ name: 'get', arguments: '' }), delta({ arguments: '{"n":1}' }), ended('function_call')]
  expect(told(chunks)).toEqual(['- get {"n":1}', 'function_call well'])
})

test('a message that comes whole instead of a delta is read', () => {
  const message = { tool_calls: [{ id: 'a', function: { name: 'get', arguments: '{}' } }] }
  expect(told([{ choices: [{ message, finish_reason: 'stop' }] }])).toEqual(['a get {}', 'stop well'])
})

test('of several choices only the first is read', () => {
  const of = (index: number, id: string): unknown => ({
    index,
    delta: { tool_calls: [{ index: 0, id, function: { name: 'get', arguments: '{}' } }] },
    finish_reason: 'tool_calls',
  })
  expect(told([{ choices: [of(1, 'b'), of(0, 'a')] }, { choices: [of(2, 'c')] }])).toEqual([
    'a get {}',
    'tool_calls well',
  ])
})

test('custom tools are left out', () => {
  const custom = [
    { index: 0, id: 'a', type: 'custom', custom: { name: 'sql', input: 'SELECT' } },
    { index: 0, custom: { input: ' 1' } },
    { index: 1, id: 'b', type: 'function', function: { name: 'get', arguments: '{}' } },
  ]
  const chunks = custom.map((call) => ({ choices: [{ delta: { tool_calls: [call] } }] }))
  expect(told([...chunks, ended('tool_calls')])).toEqual(['b get {}', 'tool_calls well'])
})

test.each(['length', 'content_filter', 'error', 'insufficient_system_resource', 'model_length', 'a new word'])(
  'a message that ends with %s leaves open calls incomplete',
  (reason) => {
    const chunks = [
      chunk([{ index: 0, id: 'a', name: 'get', arguments: '{}' }]),
      chunk([{ index: 1, id: 'b', name: 'get', arguments: '{}' }]),
      ended(reason),
    ]
    expect(told(chunks)).toEqual(['a get {}', '! b get {}', `${reason} badly`])
  },
)

test.each([
  [{ error: { code: 'rate_limit', message: 'slow down' } }, 'rate_limit'],
  [{ error: { type: 'server_error', code: 503 } }, 'server_error'],
  [{ error: 'overloaded' }, 'error'],
  [{ object: 'error', message: 'no', type: 'BadRequest', code: 400 }, 'BadRequest'],
])('an error in the stream ends the message badly: %j', (failure, reason) => {
  expect(told([chunk([{ index: 0, id: 'a', name: 'get', arguments: '{}' }]), failure])).toEqual([
    '! a get {}',
    `${reason} badly`,
  ])
})

test('more text after a call was told whole makes the message unsafe', () => {
  const chunks = [
    chunk([{ index: 0, id: 'a', name: 'get', arguments: '{"n":1}' }]),
    chunk([{ index: 1, id: 'b', name: 'get', arguments: '{}' }]),
    chunk([{ index: 0, arguments: '{"n":2}' }]),
    ended('tool_calls'),
  ]
  expect(told(chunks)).toEqual(['a get {"n":1}', 'b get {}', 'tool_calls badly'])
})

test('a stream that ends without a reason leaves its last call incomplete', () => {
  const whole = chunk([{ index: 0, id: 'a', name: 'get', arguments: '{}' }])
  expect(told([whole])).toEqual(['! a get {}'])
  expect(told([whole, { choices: [{ delta: { content: '' } }] }])).toEqual(['! a get {}'])
})

test('a stream without a reason is over after an empty one, the usage or [DONE]', () => {
  const whole = chunk([{ index: 0, id: 'a', name: 'get', arguments: '{}' }])
  const part = chunk([{ index: 0, id: 'a', name: 'get', arguments: '{"n' }])
  for (const last of [ended(''), usage, streamDone]) {
    expect(told([whole, last])).toEqual(['a get {}', 'undefined well'])
    expect(told([part, last])).toEqual(['! a get {"n'])
    expect(told([whole, last, chunk([{ index: 1, id: 'b', name: 'get' }])])).toEqual(['a get {}', '! b get '])
  }
})

test("providers that write '' for null end with a reason of their own", () => {
  const chunks = [
    chunk([{ index: 0, id: 'a', name: 'get', arguments: '{' }], ''),
    chunk([{ index: 0, arguments: '}' }], ''),
    ended('tool_calls'),
  ]
  expect(told(chunks)).toEqual(['a get {}', 'tool_calls well'])
  expect(told(chunks.slice(0, 2))).toEqual(['! a get {}'])
})

test('several messages in one stream are told one after the other', () => {
  const message = [chunk([{ index: 0, id: 'a', name: 'get', arguments: '{}' }]), ended('tool_calls'), usage]
  expect(told([...message, ...message])).toEqual(['a get {}', 'tool_calls well', 'a get {}', 'tool_calls well'])
})

test('what is malformed or unknown is passed over', () => {
  const odd: unknown[] = [null, 1, 'x', [], {}, { choices: {} }, { choices: [null, 1] }, { choices: [{ delta: 1 }] }]
  odd.push({ choices: [{ delta: { tool_calls: [null, {}, { function: 1 }, { index: 0, function: {} }] } }] })
  expect(told([...odd, ended('stop')])).toEqual(['stop well'])
})

const calls = fc.array(
  fc.record({
    id: fc.uuid(),
    name: fc.stringMatching(/^[a-z]{1,6}$/),
    arguments: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })).map((value) => JSON.stringify(value)),
  }),
  { minLength: 1, maxLength: 4 },
)

test('any calls are put together again, however their arguments are cut and mixed', () => {
  fc.assert(
    fc.property(calls, fc.infiniteStream(fc.nat()), (given, picks) => {
      const rest = given.map((call) => call.arguments)
      const chunks = given.map(({ id, name }, index) => chunk([{ index, id, name, arguments: '' }]))
      const pick = (below: number): number => Number(picks.next().value) % below
      while (rest.some((text) => text !== '')) {
        const index = pick(rest.length)
        const length = pick(4)
        const text = rest[index] ?? ''
        chunks.push(chunk([{ index, arguments: text.slice(0, length) }]))
        rest[index] = text.slice(length)
      }
      const expected = given.map((call) => `${call.id} ${call.name} ${call.arguments}`)
      expect(told([...chunks, ended('tool_calls')])).toEqual([...expected, 'tool_calls well'])
    }),
  )
})

test('no input makes it throw', () => {
  const odd = fc.anything({ withNullPrototype: true })
  const call = fc.record({ index: odd, id: odd, function: fc.oneof(odd, fc.record({ name: odd, arguments: odd })) })
  const event = fc.oneof(
    odd,
    fc.record({
      choices: fc.array(fc.record({ delta: fc.record({ tool_calls: fc.array(call) }), finish_reason: odd })),
    }),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 5 }), (events) => void readAll(events)),
    { numRuns: 50 },
  )
})
