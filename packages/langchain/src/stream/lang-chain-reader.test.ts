import type { TurnEvent } from '@headrace/bridge'
import { AIMessageChunk } from '@langchain/core/messages'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLangChainReader, streamDone } from './lang-chain-reader.ts'

/** Reads values, in words: `call a f {}`, `cut a f`, `end stop safe`. */
function told(values: readonly unknown[]): string[] {
  const reader = createLangChainReader()
  return [...values.flatMap((value) => reader.read(value)), ...reader.end()].map(inWords)
}

function inWords(event: TurnEvent): string {
  if (event.type === 'finish') return `end ${event.reason} ${event.safe ? 'safe' : 'unsafe'}`
  const { callId, tool, arguments: given } = event.call
  const args = typeof given === 'string' ? given : JSON.stringify(given)
  const id = callId.startsWith('made-') ? 'made' : callId
  return `${event.type === 'call' ? 'call' : 'cut'} ${id} ${tool} ${args}`.trimEnd()
}

const chunk = (...pieces: object[]) => new AIMessageChunk({ content: '', tool_call_chunks: pieces })
const end = (finish_reason: string) => new AIMessageChunk({ content: '', response_metadata: { finish_reason } })

describe('chunks of a message', () => {
  it('are a call when the next one begins, and the last when the message ends well', () => {
    const reader = createLangChainReader()
    const read = (value: unknown) => reader.read(value).map(inWords)
    expect(read(chunk({ id: 'a', name: 'f', args: '', index: 0 }))).toEqual([])
    expect(read(chunk({ args: '{"x":', index: 0 }))).toEqual([])
    expect(read(chunk({ args: '1}', index: 0 }))).toEqual([])
    expect(read(chunk({ id: 'b', name: 'g', args: '{}', index: 1 }))).toEqual(['call a f {"x":1}'])
    expect(read(end('tool_calls'))).toEqual(['call b g {}', 'end tool_calls safe'])
    expect(read(streamDone)).toEqual([])
  })

  it('are assembled by index while calls come side by side, and told in the order of their beginning', () => {
    const values = [
      chunk({ id: 'a', name: 'f', args: '', index: 0 }, { id: 'b', name: 'g', args: '', index: 1 }),
      chunk({ args: '{"x"', index: 0 }),
      chunk({ args: '{"y":2}', index: 1 }),
      chunk({ args: ':1}', index: 0 }),
      end('stop'),
    ]
    expect(told(values)).toEqual(['call a f {"x":1}', 'call b g {"y":2}', 'end stop safe'])
  })

  it('are calls of their own where ids differ at one index, and one call where an id comes again', () => {
    const values = [
      chunk({ id: 'a', name: 'f', args: '{}', index: 0 }),
      chunk({ id: 'b', name: 'f', args: '{"x":', index: 0 }),
      chunk({ id: 'b', name: 'f', args: '1}', index: 0 }),
      end('STOP'),
    ]
    expect(told(values)).toEqual(['call a f {}', 'call b f {"x":1}', 'end STOP safe'])
  })

  it('are assembled by id where there is no index, and without both belong to the last call', () => {
    const values = [
      chunk({ id: 'a', name: 'f', args: '{"x":' }),
      chunk({ id: 'a', args: '1' }),
      chunk({ args: '}' }),
      chunk({ name: 'g', args: '{}' }),
      end('stop'),
    ]
    expect(told(values)).toEqual(['call a f {"x":1}', 'call made g {}', 'end stop safe'])
  })

  it('may bring no arguments, whole ones at the end, or what is no JSON', () => {
    expect(told([chunk({ id: 'a', name: 'f', index: 0 }), end('tool_use')])).toEqual(['call a f', 'end tool_use safe'])
    const late = [chunk({ id: 'a', name: 'f', index: 0 }), chunk({ args: '{"x":1}', index: 0 }), end('stop')]
    expect(told(late)).toEqual(['call a f {"x":1}', 'end stop safe'])
    const broken = [chunk({ id: 'a', name: 'f', args: '{"x":,}', index: 0 }), end('stop')]
    expect(told(broken)).toEqual(['call a f {"x":,}', 'end stop safe'])
  })

  it('leave out the free texts of custom tools, and values that are nothing of LangChain', () => {
    const values = [null, 7, 'x', [], {}, { tool_call_chunks: 'x' }, { tool_call_chunks: [null, 3] }]
    expect(
      told([...values, chunk({ id: 'a', name: 'f', args: 'ls', index: 0, isCustomTool: true }), end('stop')]),
    ).toEqual(['end stop safe'])
  })

  it.each([
    'length',
    'MAX_TOKENS',
    'max_tokens',
    'content_filter',
    'SAFETY',
    'refusal',
    'pause_turn',
    'error',
    'incomplete',
  ])('are cut off by %s, although their text is whole', (reason) => {
    const values = [chunk({ id: 'a', name: 'f', args: '{}', index: 0 }), end(reason)]
    expect(told(values)).toEqual(['cut a f {}', `end ${reason} unsafe`])
  })

  it.each([
    [{ additional_kwargs: { stop_reason: 'max_tokens' } }, 'max_tokens'],
    [{ response_metadata: { finishReason: 'MAX_TOKENS' } }, 'MAX_TOKENS'],
    [{ response_metadata: { messageStop: { stopReason: 'max_tokens' } } }, 'max_tokens'],
    [{ response_metadata: { done_reason: 'length' } }, 'length'],
    [
      { response_metadata: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } } },
      'max_output_tokens',
    ],
    [{ response_metadata: { status: 'failed' } }, 'failed'],
  ])('end where a package of LangChain says so: %o', (fields, reason) => {
    const values = [chunk({ id: 'a', name: 'f', args: '{}', index: 0 }), new AIMessageChunk({ content: '', ...fields })]
    expect(told(values)).toEqual(['cut a f {}', `end ${reason} unsafe`])
  })

  it('are calls where a model does not say how it ended, if their arguments are whole', () => {
    expect(told([chunk({ id: 'a', name: 'f', args: '{}', index: 0 }), streamDone])).toEqual([
      'call a f {}',
      'end undefined safe',
    ])
    const half = [chunk({ id: 'a', name: 'f', args: '{"x":', index: 0 }), streamDone]
    expect(told(half)).toEqual(['cut a f {"x":', 'end undefined unsafe'])
    expect(told([chunk({ id: 'a', name: 'f', args: '', index: 0 }), streamDone])).toEqual([
      'cut a f',
      'end undefined unsafe',
    ])
    expect(told([chunk({ id: 'a', name: 'f', args: '{}', index: 0 }), end('quux')])).toEqual([
      'call a f {}',
      'end quux safe',
    ])
  })

  it('are cut off where the stream breaks', () => {
    expect(told([chunk({ id: 'a', name: 'f', args: '{}', index: 0 })])).toEqual(['cut a f {}'])
  })

  it('of several messages in one stream are told for each', () => {
    const values = [
      chunk({ id: 'a', name: 'f', args: '{}', index: 0 }),
      end('tool_calls'),
      { content: '', tool_call_chunks: [], usage_metadata: { total_tokens: 2 } },
      chunk({ id: 'a', name: 'g', args: '{}', index: 0 }),
      end('length'),
      streamDone,
    ]
    expect(told(values)).toEqual(['call a f {}', 'end tool_calls safe', 'cut a g {}', 'end length unsafe'])
  })
})

describe('whole calls', () => {
  it('are calls at once, and once, also where the text of one is no JSON', () => {
    const whole = new AIMessageChunk({ content: '', tool_calls: [{ id: 'a', name: 'f', args: { x: 1 } }] })
    expect(told([whole, whole, streamDone])).toEqual(['call a f {"x":1}', 'end undefined safe'])
    const invalid = { content: '', tool_calls: [], invalid_tool_calls: [{ id: 'a', name: 'f', args: '{"x"' }] }
    expect(told([invalid, streamDone])).toEqual(['call a f {"x"', 'end undefined safe'])
  })

  it('complete pieces that came before', () => {
    const values = [
      chunk({ id: 'a', name: 'f', args: '{"x":', index: 0 }),
      { content: '', tool_calls: [{ id: 'a', name: 'f', args: { x: 1 } }] },
    ]
    expect(told(values)).toEqual(['call a f {"x":1}'])
  })

  it('and pieces come as blocks of content too', () => {
    const block = (...content: object[]) => ({ content })
    const values = [
      block({ type: 'text', text: 'so' }, { type: 'tool_call_chunk', id: 'a', name: 'f', args: '{"x":', index: 1 }),
      block(
        { type: 'tool_call_chunk', args: '1}', index: 1 },
        { type: 'server_tool_call_chunk', args: '{}', index: 2 },
      ),
      block({ type: 'tool_call', id: 'b', name: 'g', args: { y: 2 } }),
      end('stop'),
    ]
    expect(told(values)).toEqual(['call a f {"x":1}', 'call b g {"y":2}', 'end stop safe'])
  })
})

describe('events of streamEvents()', () => {
  const start = (index: number, content: object) => ({ event: 'content-block-start', index, content })
  const delta = (index: number, args: string) => ({
    event: 'content-block-delta',
    index,
    delta: { type: 'tool-call-delta', args },
  })
  const close = (index: number, content: object) => ({ event: 'content-block-finish', index, content })
  const opened = start(1, { type: 'tool_call_chunk', id: 'a', name: 'f', args: '', index: 1 })

  it('complete a call with the end of its block', () => {
    const reader = createLangChainReader()
    const read = (value: unknown) => reader.read(value).map(inWords)
    expect(read({ event: 'message-start', id: 'm' })).toEqual([])
    expect(read(opened)).toEqual([])
    expect(read(delta(1, '{"x":1}'))).toEqual([])
    expect(read(close(1, { type: 'tool_call', id: 'a', name: 'f', args: { x: 1 } }))).toEqual(['call a f {"x":1}'])
    expect(read({ event: 'message-finish', reason: 'tool_use' })).toEqual(['end tool_use safe'])
    expect(read(streamDone)).toEqual([])
  })

  it('may replace the arguments, and may have none', () => {
    const snapshot = (args: string) => ({
      event: 'content-block-delta',
      index: 1,
      delta: { type: 'block-delta', fields: { type: 'tool_call_chunk', args } },
    })
    const values = [opened, snapshot('{"x":'), snapshot('{"x":1}'), { event: 'message-finish', reason: 'tool_use' }]
    expect(told(values)).toEqual(['call a f {"x":1}', 'end tool_use safe'])
    expect(told([opened, close(1, { type: 'tool_call', id: 'a', name: 'f', args: {} })])).toEqual(['call a f {}'])
  })

  it('end in the middle of a call although they say stop', () => {
    const invalid = close(1, { type: 'invalid_tool_call', id: 'a', name: 'f', args: '{"x"' })
    const values = [opened, delta(1, '{"x"'), invalid, { event: 'message-finish', reason: 'stop' }]
    expect(told(values)).toEqual(['cut a f {"x"', 'end stop unsafe'])
  })

  it('end badly with an error, with a bad reason, and where another message begins', () => {
    expect(told([opened, { event: 'error', message: 'x' }])).toEqual(['cut a f', 'end error unsafe'])
    const length = { event: 'message-finish', reason: 'stop', responseMetadata: { finish_reason: 'length' } }
    expect(told([opened, delta(1, '{}'), length])).toEqual(['cut a f {}', 'end length unsafe'])
    expect(told([opened, delta(1, '{}'), { event: 'message-start' }])).toEqual(['cut a f {}', 'end undefined unsafe'])
  })
})

interface Piece {
  readonly index: number
  readonly id?: string
  readonly name?: string
  readonly args: string
}

/** As a reader sees a chunk; the class takes much longer to make. */
const plain = (piece: Piece) => ({ content: '', tool_call_chunks: [piece] })

const calls = fc.array(
  fc.record({ name: fc.constantFrom('f', 'g'), args: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }) }),
  { minLength: 1, maxLength: 4 },
)

describe('any stream', () => {
  it('gives the same calls wherever their arguments are split and however they are mixed', () => {
    fc.assert(
      fc.property(calls, fc.array(fc.nat({ max: 7 })), fc.boolean(), (given, cuts, repeatsIds) => {
        const rest = given.map(({ name, args }, index) => ({
          id: `id ${index}`,
          name,
          text: JSON.stringify(args),
          index,
        }))
        const pieces: Piece[] = rest.map(({ id, name, index }) => ({ id, name, args: '', index }))
        for (let turn = 0; rest.some(({ text }) => text !== ''); turn++) {
          const call = rest[(cuts[turn % (cuts.length || 1)] ?? 0) % rest.length]
          const left = call?.text ? call : rest.find(({ text }) => text !== '')
          if (!left) break
          const size = 1 + ((cuts[(turn + 1) % (cuts.length || 1)] ?? 0) % 3)
          pieces.push({ args: left.text.slice(0, size), index: left.index, ...(repeatsIds && { id: left.id }) })
          left.text = left.text.slice(size)
        }
        const values = [...pieces.map(plain), end('tool_calls')]
        const expected = given.map(({ name, args }, index) =>
          `call id ${index} ${name} ${JSON.stringify(args)}`.trimEnd(),
        )
        expect(told(values)).toEqual([...expected, 'end tool_calls safe'])
      }),
    )
  })

  it('that breaks anywhere gives no call but those that were complete, and loses none', () => {
    fc.assert(
      fc.property(calls, fc.nat({ max: 200 }), (given, at) => {
        const values = given.flatMap(({ name, args }, index) => [
          plain({ id: `id ${index}`, name, args: '', index }),
          ...Array.from(JSON.stringify(args), (letter) => plain({ args: letter, index })),
        ])
        const shown = values.slice(0, at)
        const begun = new Set(shown.flatMap((value) => value.tool_call_chunks.map(({ index }) => index)))
        const words = told(shown)
        expect(words).toHaveLength(begun.size)
        expect(words.filter((word) => word.startsWith('cut'))).toHaveLength(begun.size === 0 ? 0 : 1)
      }),
    )
  })

  it('of any values never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.anything(), fc.record({ tool_call_chunks: fc.array(fc.anything()) }))),
        (values) => {
          expect(() => told(values)).not.toThrow()
        },
      ),
    )
  })
})
