/** What is in a message of the wire format, for tests. */
export interface WireMessage {
  readonly blocks: readonly WireBlock[]
  readonly stop?: string
  /** Blocks that the message brings with its start. */
  readonly content?: readonly object[]
}

/** A block: a text, or a call with the pieces of its arguments. */
export type WireBlock =
  | { readonly text: string }
  | { readonly id: string; readonly name: string; readonly pieces?: readonly string[]; readonly input?: object }
  | { readonly block: object; readonly pieces?: readonly string[] }

/** The stream events of a whole message. */
export function eventsOfMessage({ blocks, stop = 'tool_use', content = [] }: WireMessage): object[] {
  return [
    startOf(content),
    { type: 'ping' },
    ...blocks.flatMap((block, index) => eventsOfBlock(block, index)),
    endOf(stop),
    { type: 'message_stop' },
  ]
}

export function startOf(content: readonly object[] = []): object {
  const usage = { input_tokens: 1, output_tokens: 1 }
  const rest = { model: 'claude', stop_reason: null, stop_sequence: null, usage }
  return { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', content, ...rest } }
}

export function endOf(stop: string): object {
  const delta = { stop_reason: stop, stop_sequence: null }
  return { type: 'message_delta', delta, usage: { output_tokens: 9 } }
}

export function eventsOfBlock(block: WireBlock, index: number): object[] {
  const stop = { type: 'content_block_stop', index }
  if ('text' in block) {
    return [
      { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index, delta: { type: 'text_delta', text: block.text } },
      stop,
    ]
  }
  const content_block =
    'block' in block ? block.block : { type: 'tool_use', id: block.id, name: block.name, input: block.input ?? {} }
  const deltas = (block.pieces ?? []).map((partial_json) => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json },
  }))
  return [{ type: 'content_block_start', index, content_block }, ...deltas, stop]
}

/** Events as the body of a response. */
export function bodyOf(events: readonly object[]): string {
  return events.map((event) => `event: ${Reflect.get(event, 'type')}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}
