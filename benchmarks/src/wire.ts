/** A model's message as the bytes of a response: calls of some four hundred characters each, in pieces of a word. */
export interface Wire {
  readonly bytes: Uint8Array
  readonly calls: number
}

export type WireFormat = 'chat' | 'responses' | 'anthropic' | 'gemini'

const calls = 40
const words = Array.from({ length: 60 }, (_, index) => ` word${index}`)
const pieces = ['{"query":"', ...words, '"}']
const text = pieces.join('')

/** Writes the message as a provider would. */
export function createWire(format: WireFormat): Wire {
  const events = Array.from({ length: calls }, (_, index) => writers[format](index)).flat()
  return { bytes: new TextEncoder().encode([...events, ...ends[format]].join('')), calls }
}

const event = (data: object, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`

const chunk = (delta: object, finish: string | null = null): string =>
  event({
    id: 'chatcmpl-Bxyz0123456789',
    object: 'chat.completion.chunk',
    created: 1_763_800_000,
    model: 'a-model-2026-01-01',
    system_fingerprint: 'fp_0123456789',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
  })

const typed = (type: string, rest: object): string => event({ type, ...rest }, type)

const writers: Readonly<Record<WireFormat, (index: number) => string[]>> = {
  chat: (index) => [
    chunk({
      tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name: 'search', arguments: '' } }],
    }),
    ...pieces.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ],
  responses: (index) => {
    const item = { id: `fc_${index}`, type: 'function_call', call_id: `call_${index}`, name: 'search', arguments: '' }
    const place = { item_id: item.id, output_index: index }
    return [
      typed('response.output_item.added', { output_index: index, item }),
      ...pieces.map((delta) => typed('response.function_call_arguments.delta', { ...place, delta })),
      typed('response.function_call_arguments.done', { ...place, arguments: text }),
      typed('response.output_item.done', { output_index: index, item: { ...item, arguments: text } }),
    ]
  },
  anthropic: (index) => [
    typed('content_block_start', {
      index,
      content_block: { type: 'tool_use', id: `toolu_${index}`, name: 'search', input: {} },
    }),
    ...pieces.map((piece) =>
      typed('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: piece } }),
    ),
    typed('content_block_stop', { index }),
  ],
  gemini: (index) => [
    event({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [{ functionCall: { id: `call_${index}`, name: 'search', args: JSON.parse(text) } }],
          },
          index: 0,
        },
      ],
    }),
  ],
}

const ends: Readonly<Record<WireFormat, string[]>> = {
  chat: [chunk({}, 'tool_calls'), 'data: [DONE]\n\n'],
  responses: [typed('response.completed', { response: { id: 'resp_1', status: 'completed', output: [] } })],
  anthropic: [typed('message_delta', { delta: { stop_reason: 'tool_use' } }), typed('message_stop', {})],
  gemini: [event({ candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'STOP', index: 0 }] })],
}
