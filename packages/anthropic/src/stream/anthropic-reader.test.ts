import type { TurnEvent } from '@headrace/bridge'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endOf, eventsOfBlock, eventsOfMessage, startOf } from '../../test/wire.ts'
import { createAnthropicReader } from './anthropic-reader.ts'

function read(events: readonly unknown[]): TurnEvent[] {
  const reader = createAnthropicReader()
  return [...events.flatMap((event) => [...reader.read(event)]), ...reader.end()]
}

/** What a stream told, in short: `call a {"x":1}`, `incomplete-call …`, `finish tool_use safe`. */
function told(events: readonly unknown[]): string[] {
  return read(events).map((event) => {
    if (event.type === 'finish') return `finish ${event.reason} ${event.safe ? 'safe' : 'unsafe'}`
    const { callId, arguments: given } = event.call
    return `${event.type} ${callId} ${typeof given === 'string' ? given : JSON.stringify(given)}`
  })
}

const a = { id: 'toolu_a', name: 'a', pieces: ['', '{"x"', ':1}'] }
const b = { id: 'toolu_b', name: 'b', pieces: ['{"y":2}'] }

test('gives a call in the event that ends its block', () => {
  const reader = createAnthropicReader()
  const events = [startOf(), ...eventsOfBlock(a, 0)]
  for (const event of events.slice(0, -1)) expect(reader.read(event)).toEqual([])
  const call = { callId: 'toolu_a', tool: 'a', arguments: '{"x":1}' }
  expect(reader.read(events.at(-1))).toEqual([{ type: 'call', call }])
})

test('gives each call of a message, then how it ended', () => {
  expect(told(eventsOfMessage({ blocks: [{ text: 'Hi' }, a, b] }))).toEqual([
    'call toolu_a {"x":1}',
    'call toolu_b {"y":2}',
    'finish tool_use safe',
  ])
})

test('keeps blocks apart that come interleaved', () => {
  const [startA, a1, a2, a3, stopA] = eventsOfBlock(a, 0)
  const [startB, b1, stopB] = eventsOfBlock(b, 1)
  const events = [startOf(), startA, startB, a1, a2, b1, a3, stopB, stopA, endOf('tool_use'), { type: 'message_stop' }]
  expect(told(events)).toEqual(['call toolu_b {"y":2}', 'call toolu_a {"x":1}', 'finish tool_use safe'])
})

test('takes arguments that a block has from its start, unless others follow', () => {
  const whole = { id: 'toolu_a', name: 'a', input: { x: 1 } }
  expect(told(eventsOfMessage({ blocks: [whole] }))).toEqual(['call toolu_a {"x":1}', 'finish tool_use safe'])
  expect(told(eventsOfMessage({ blocks: [{ ...whole, pieces: [''] }] }))[0]).toBe('call toolu_a {"x":1}')
  expect(told(eventsOfMessage({ blocks: [{ ...whole, pieces: ['{"x":2}'] }] }))[0]).toBe('call toolu_a {"x":2}')
})

test('gives a call without arguments once the model has gone on', () => {
  const none = { id: 'toolu_n', name: 'n', pieces: [''] }
  const next = eventsOfBlock({ text: 'then' }, 1)
  const events = [startOf(), ...eventsOfBlock(none, 0), ...next, ...eventsOfBlock({ ...none, id: 'toolu_m' }, 2)]
  expect(told(events)).toEqual(['call toolu_n {}', 'incomplete-call toolu_m {}'])
  expect(told(eventsOfMessage({ blocks: [none] }))).toEqual(['call toolu_n {}', 'finish tool_use safe'])
})

test('gives arguments that are no JSON as they are, once it is clear that they are all', () => {
  const wrong = { id: 'toolu_w', name: 'w', pieces: ['{"x": tru'] }
  expect(told(eventsOfMessage({ blocks: [wrong, b] }))[0]).toBe('call toolu_w {"x": tru')
  expect(told(eventsOfMessage({ blocks: [wrong] }))).toEqual(['call toolu_w {"x": tru', 'finish tool_use safe'])
})

test.for(['max_tokens', 'refusal', 'model_context_window_exceeded', 'something_new'])(
  'a message that stops with %s ends badly, and a call without arguments may have been cut off',
  (stop) => {
    const cut = { id: 'toolu_c', name: 'c', pieces: ['{"x": "lon'] }
    const empty = { id: 'toolu_e', name: 'e' }
    const end = `finish ${stop} unsafe`
    expect(told(eventsOfMessage({ blocks: [a, cut], stop }))).toEqual([
      'call toolu_a {"x":1}',
      'call toolu_c {"x": "lon',
      end,
    ])
    expect(told(eventsOfMessage({ blocks: [empty], stop }))).toEqual(['incomplete-call toolu_e {}', end])
    expect(told(eventsOfMessage({ blocks: [], stop }))).toEqual([end])
  },
)

test.for(['tool_use', 'end_turn', 'stop_sequence', 'pause_turn', 'compaction'])(
  'a message that stops with %s ends well',
  (stop) => {
    expect(told(eventsOfMessage({ blocks: [a], stop }))).toEqual(['call toolu_a {"x":1}', `finish ${stop} safe`])
  },
)

test('a message whose stop gives no reason is taken to be whole', () => {
  const events = [startOf(), ...eventsOfBlock(a, 0), { type: 'message_stop' }]
  expect(told(events)).toEqual(['call toolu_a {"x":1}', 'finish undefined safe'])
})

test('a block without an end is incomplete, whatever it holds and however the message ends', () => {
  const open = (pieces: readonly string[]): object[] =>
    eventsOfBlock({ id: 'toolu_o', name: 'o', pieces }, 1).slice(0, -1)
  const whole = eventsOfMessage({ blocks: [a] })
  for (const pieces of [[], [''], ['{}'], ['{"x":1}']]) {
    const text = pieces.join('') || '{}'
    expect(told([...whole.slice(0, -2), ...open(pieces)])).toEqual([
      'call toolu_a {"x":1}',
      `incomplete-call toolu_o ${text}`,
    ])
    expect(told([...whole.slice(0, -2), ...open(pieces), ...whole.slice(-2)]).slice(1)).toEqual([
      `incomplete-call toolu_o ${text}`,
      'finish tool_use safe',
    ])
  }
  const reused = [startOf(), ...eventsOfBlock(a, 0).slice(0, -1), ...eventsOfBlock(b, 0)]
  expect(told(reused)).toEqual(['incomplete-call toolu_a {"x":1}', 'call toolu_b {"y":2}'])
})

test('an error event ends a message badly, with its type as the reason', () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  expect(told([startOf(), ...eventsOfBlock(a, 0), ...eventsOfBlock(b, 1).slice(0, 2), error])).toEqual([
    'call toolu_a {"x":1}',
    'incomplete-call toolu_b {"y":2}',
    'finish overloaded_error unsafe',
  ])
  expect(told([{ type: 'error' }])).toEqual(['finish error unsafe'])
})

test('a stream that ends after the reason, before the stop, has told all', () => {
  expect(told(eventsOfMessage({ blocks: [a] }).slice(0, -1))).toEqual(['call toolu_a {"x":1}', 'finish tool_use safe'])
  expect(told(eventsOfMessage({ blocks: [a] }).slice(0, -2))).toEqual(['call toolu_a {"x":1}'])
})

test('reads several messages of one stream, also where one has no end', () => {
  const first = eventsOfMessage({ blocks: [a] })
  const second = eventsOfMessage({ blocks: [b], stop: 'max_tokens' })
  expect(told([...first, ...second])).toEqual([
    'call toolu_a {"x":1}',
    'finish tool_use safe',
    'call toolu_b {"y":2}',
    'finish max_tokens unsafe',
  ])
  expect(told([...first.slice(0, -2), ...second])[1]).toBe('finish undefined unsafe')
})

test('calls that a message brings with its start count, also where a block reuses their index', () => {
  const brought = [
    { type: 'tool_use', id: 'toolu_1', name: 'a', input: { x: 1 } },
    { type: 'tool_use', id: 'toolu_2', name: 'b' },
  ]
  const both = ['call toolu_1 {"x":1}', 'call toolu_2 {}']
  expect(told(eventsOfMessage({ blocks: [], content: brought }))).toEqual([...both, 'finish tool_use safe'])
  expect(told(eventsOfMessage({ blocks: [{ text: 'so' }, a], content: brought }))).toEqual([
    ...both,
    'call toolu_a {"x":1}',
    'finish tool_use safe',
  ])
  expect(told(eventsOfMessage({ blocks: [a], content: brought })).slice(0, 3)).toEqual([
    ...both,
    'call toolu_a {"x":1}',
  ])
  expect(told([startOf(brought)])).toEqual(both)
})

test('blocks that stand in a growing copy of the message are those of the stream, not others', () => {
  const grown = [
    { type: 'text', text: 'so' },
    { type: 'tool_use', id: 'toolu_a', name: 'a', input: {} },
    { type: 'tool_use', id: 'toolu_b', name: 'b', input: {} },
  ]
  expect(told(eventsOfMessage({ blocks: [{ text: 'so' }, a, b], content: grown }))).toEqual([
    'call toolu_a {"x":1}',
    'call toolu_b {"y":2}',
    'finish tool_use safe',
  ])
})

test('calls that the provider runs itself are not given', () => {
  const blocks = [
    { block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }, pieces: ['{"q":1}'] },
    { block: { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'echo', server_name: 's', input: {} }, pieces: ['{}'] },
    { block: { type: 'tool_use', id: 'srvtoolu_2', name: 'x', input: { q: 1 } } },
    { block: { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] } },
    a,
  ]
  expect(told(eventsOfMessage({ blocks }))).toEqual(['call toolu_a {"x":1}', 'finish tool_use safe'])
})

test('a member of a toolset of the SDK is named with its toolset', () => {
  const block = { type: 'tool_use', id: 'toolu_t', name: 'navigate', toolset_name: 'browser', input: { url: 'x' } }
  expect(read(eventsOfMessage({ blocks: [{ block }] }))[0]).toMatchObject({ call: { tool: 'browser.navigate' } })
})

test('what a model called before it declined is not run where another model goes on', () => {
  const fallback = { block: { type: 'fallback', from: { model: 'one' }, to: { model: 'two' } } }
  const cut = { id: 'toolu_c', name: 'c', pieces: ['{"x"'] }
  expect(told(eventsOfMessage({ blocks: [a, cut, fallback, b] }))).toEqual([
    'call toolu_a {"x":1}',
    'incomplete-call toolu_c {"x"',
    'finish fallback unsafe',
    'call toolu_b {"y":2}',
    'finish tool_use safe',
  ])
  expect(told(eventsOfMessage({ blocks: [{ text: 'no' }, fallback, b] }))).toEqual([
    'call toolu_b {"y":2}',
    'finish tool_use safe',
  ])
})

test('a call that came without an id gets one', () => {
  const [event] = read(eventsOfMessage({ blocks: [{ block: { type: 'tool_use', name: 'a', input: { x: 1 } } }] }))
  expect(event).toMatchObject({ type: 'call', call: { callId: expect.stringMatching(/^made-/), tool: 'a' } })
})

test('passes over what it does not know', () => {
  const unknown = [
    { type: 'new_event' },
    { type: 'content_block_delta', index: 0, delta: { type: 'new_delta', partial_json: '9' } },
  ]
  const [start, ...rest] = eventsOfMessage({ blocks: [a] })
  expect(told([start, ...unknown, ...rest, ...unknown])).toEqual(['call toolu_a {"x":1}', 'finish tool_use safe'])
})

test('nothing that comes makes it throw, and every call is told of once', () => {
  const events = [...eventsOfMessage({ blocks: [a, { text: 'x' }, b] }), { type: 'error', error: null }]
  const part = fc.oneof(
    fc.constantFrom(...events),
    fc.anything(),
    fc.record({
      type: fc.constantFrom(
        'message_start',
        'content_block_start',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
      ),
      index: fc.anything(),
      content_block: fc.anything(),
      delta: fc.anything(),
      message: fc.anything(),
    }),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (stream) => {
      const starts = stream.filter((event) => JSON.stringify(event)?.includes('toolu_')).length
      const ours = told(stream).filter((line) => line.includes('toolu_'))
      expect(ours.length).toBeLessThanOrEqual(starts)
    }),
  )
})
