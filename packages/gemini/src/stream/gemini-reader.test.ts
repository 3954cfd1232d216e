import { isMadeCallId } from '@headrace/bridge'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGeminiReader } from './gemini-reader.ts'

/** What a stream says, in short: `name {arguments}`, with `?` for an incomplete call, and `reason+` or `reason-`. */
function readAll(...events: unknown[]): string[] {
  const reader = createGeminiReader()
  const told = [...events.flatMap((event) => reader.read(event)), ...reader.end()]
  return told.map((event) => {
    if (event.type === 'finish') return `${event.reason}${event.safe ? '+' : '-'}`
    const { tool, arguments: args } = event.call
    return `${tool} ${JSON.stringify(args)}${event.type === 'call' ? '' : '?'}`
  })
}

function chunk(calls: unknown[], finishReason?: string): object {
  const parts = calls.map((functionCall) => ({ functionCall, thoughtSignature: 'c2ln' }))
  return { candidates: [{ content: { role: 'model', parts }, ...(finishReason && { finishReason }), index: 0 }] }
}

const piece = (jsonPath: string, stringValue: string, willContinue?: true): object => ({
  partialArgs: [{ jsonPath, stringValue, ...(willContinue && { willContinue }) }],
  willContinue: true,
})

describe('the reader of Gemini streams', () => {
  it('gives parallel calls of one chunk in order', () => {
    const calls = [
      { name: 'weather', args: { city: 'Rome' } },
      { name: 'weather', args: { city: 'Oslo' } },
    ]
    expect(readAll(chunk(calls, 'STOP'))).toEqual(['weather {"city":"Rome"}', 'weather {"city":"Oslo"}', 'STOP+'])
  })

  it('gives a call before the message ends', () => {
    expect(createGeminiReader().read(chunk([{ name: 'now', id: 'a1' }]))).toEqual([
      { type: 'call', call: { callId: 'a1', tool: 'now', arguments: {} } },
    ])
  })

  it('makes ids where there are none, each another', () => {
    const events = createGeminiReader().read(chunk([{ name: 'now' }, { name: 'now', id: '' }]))
    const ids = events.map((event) => (event.type === 'finish' ? '' : event.call.callId))
    expect(ids.every(isMadeCallId)).toBe(true)
    expect(new Set(ids).size).toBe(2)
  })

  it('gives complete calls of a stream without a finish, and no finish', () => {
    expect(readAll(chunk([{ name: 'now', args: {} }]))).toEqual(['now {}'])
  })

  it.for([
    'MAX_TOKENS',
    'SAFETY',
    'RECITATION',
    'MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
    'FINISH_REASON_UNSPECIFIED',
    'OF_TOMORROW',
  ])('finds %s unsafe', (reason) => {
    expect(readAll(chunk([{ name: 'now' }]), chunk([], reason))).toEqual(['now {}', `${reason}-`])
  })

  it('finds a prompt that was blocked, and an error, unsafe', () => {
    expect(readAll({ promptFeedback: { blockReason: 'SAFETY' } })).toEqual(['SAFETY-'])
    expect(readAll(chunk([{ name: 'now' }]), { error: { code: 503, status: 'UNAVAILABLE' } })).toEqual([
      'now {}',
      'UNAVAILABLE-',
    ])
    expect(readAll({ error: {} })).toEqual(['error-'])
    expect(readAll({ promptFeedback: { safetyRatings: [] } })).toEqual([])
  })

  it('reads the first candidate alone', () => {
    const candidate = (index: number | undefined, name: string): object => ({
      content: { parts: [{ functionCall: { name } }] },
      ...(index !== undefined && { index }),
    })
    expect(readAll({ candidates: [candidate(1, 'other'), candidate(0, 'first')] })).toEqual(['first {}'])
    expect(readAll({ candidates: [candidate(undefined, 'first'), candidate(undefined, 'other')] })).toEqual([
      'first {}',
    ])
    expect(readAll({ candidates: [candidate(1, 'other')] })).toEqual([])
  })

  it('reads several responses of one stream', () => {
    expect(readAll(chunk([{ name: 'a' }], 'STOP'), chunk([{ name: 'b' }], 'STOP'))).toEqual([
      'a {}',
      'STOP+',
      'b {}',
      'STOP+',
    ])
  })

  it('does not take a pause of the provider for the end', () => {
    expect(readAll(chunk([{ name: 'a' }], 'CONTINUATION'), chunk([{ name: 'b' }], 'STOP'))).toEqual([
      'a {}',
      'b {}',
      'STOP+',
    ])
  })

  it('passes over code that the provider runs, its own tools, and text', () => {
    const parts = [
      { text: 'hm', thought: true },
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
      { toolCall: { id: 's1', toolType: 'GOOGLE_SEARCH', args: {} } },
      { functionResponse: { name: 'now', response: {} } },
    ]
    expect(readAll({ candidates: [{ content: { parts }, finishReason: 'STOP' }] })).toEqual(['STOP+'])
  })

  it('assembles a call from pieces up to an empty part', () => {
    const events = [
      chunk([{ name: 'book', willContinue: true }]),
      chunk([piece('$.trip.stops[0]', 'Ro', true)]),
      chunk([piece('$.trip.stops[0]', 'me')]),
      chunk([{ willContinue: true }]),
      chunk([{ partialArgs: [{ jsonPath: '$.trip.days', numberValue: 3 }], willContinue: true }]),
      chunk([{}]),
      chunk([], 'STOP'),
    ]
    expect(readAll(...events)).toEqual(['book {"trip":{"stops":["Rome"],"days":3}}', 'STOP+'])
    expect(readAll(...events.slice(0, 5))).toEqual(['book {"trip":{"stops":["Rome"],"days":3}}?'])
  })

  it('ends a call with a last piece that does not say that more follows', () => {
    const last = { partialArgs: [{ jsonPath: '$.b', boolValue: true }] }
    expect(readAll(chunk([{ name: 'f', ...piece('$.a', 'x') }, last, { name: 'g', args: {} }]))).toEqual([
      'f {"a":"x","b":true}',
      'g {}',
    ])
  })

  it('takes a good end of the message for the end of a call, but not of a text inside it', () => {
    expect(readAll(chunk([{ name: 'f', ...piece('$.a', 'x') }], 'STOP'))).toEqual(['f {"a":"x"}', 'STOP+'])
    expect(readAll(chunk([{ name: 'f', ...piece('$.a', 'x') }], 'SAFETY'))).toEqual(['f {"a":"x"}?', 'SAFETY-'])
    expect(readAll(chunk([{ name: 'f', ...piece('$.a', 'x', true) }], 'STOP'))).toEqual(['f {"a":"x"}?', 'STOP+'])
  })

  it('keeps interleaved calls apart by their ids, and gives them in the order in which they began', () => {
    const events = [
      chunk([{ name: 'f', id: '1', ...piece('$.a', 'x') }]),
      chunk([{ name: 'f', id: '2', ...piece('$.a', 'y') }]),
      chunk([{ id: '2' }, { name: 'g', args: {} }]),
      chunk([{ id: '1', ...piece('$.a', 'z') }]),
    ]
    expect(readAll(...events, chunk([{ id: '1' }]))).toEqual(['f {"a":"xz"}', 'f {"a":"y"}', 'g {}'])
    expect(readAll(...events)).toEqual(['f {"a":"xz"}?', 'f {"a":"y"}', 'g {}'])
  })

  it('takes a repeated name on a piece for the same call, and on a whole call for another', () => {
    const begun = { name: 'f', ...piece('$.a', 'x') }
    expect(readAll(chunk([begun, { name: 'f', ...piece('$.a', 'y') }, {}]))).toEqual(['f {"a":"xy"}'])
    expect(readAll(chunk([begun, { name: 'f', args: { a: 'z' } }]))).toEqual(['f {"a":"x"}?', 'f {"a":"z"}'])
  })

  it('takes a message of a live session for a request that is whole', () => {
    const toolCall = {
      functionCalls: [
        { id: '1', name: 'f', args: { a: 1 } },
        { id: '2', name: 'g' },
      ],
    }
    expect(readAll({ toolCall }, { toolCallCancellation: { ids: ['1'] } })).toEqual(['f {"a":1}', 'g {}', 'undefined+'])
    const inPieces = { functionCalls: [{ id: '1', name: 'f', ...piece('$.a', 'x') }] }
    expect(readAll({ toolCall: inPieces }, { toolCall: { functionCalls: [{ id: '1' }] } })).toEqual([
      'f {"a":"x"}',
      'undefined+',
    ])
  })

  it('gives arguments that are no object as they are, for the runtime to refuse', () => {
    expect(
      readAll(
        chunk([
          { name: 'f', args: '{"a":' },
          { name: 'g', args: null },
        ]),
      ),
    ).toEqual(['f "{\\"a\\":"', 'g {}'])
  })

  it('passes over a part that belongs to no call', () => {
    expect(readAll(chunk([{}, { args: { a: 1 } }, piece('$.a', 'x'), { name: 7 }, null, 'x', { id: '9' }]))).toEqual([])
  })

  it('never throws, whatever comes', () => {
    const fields = ['candidates', 'content', 'parts', 'functionCall', 'name', 'id', 'args', 'partialArgs', 'jsonPath']
    const key = fc.constantFrom(...fields, 'stringValue', 'willContinue', 'finishReason', 'toolCall', 'functionCalls')
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6, withCrossShrink: true },
        fc.constantFrom(undefined, null, true, 0, '', '$.a', '$.a[0]', 'STOP', 'f'),
        fc.array(tie('any'), { maxLength: 2 }),
        fc.dictionary(key, tie('any'), { maxKeys: 3 }),
      ),
    }))
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (events) => {
        readAll(...events.map((parts) => ({ candidates: [{ content: { parts } }] })), ...events)
      }),
    )
  })
})
