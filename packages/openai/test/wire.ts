/** A call as the model writes it. */
export interface WireCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

const chunk = (delta: object, reason: string | null = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'test',
  choices: [{ index: 0, delta, finish_reason: reason }],
})

/** The chunks of a chat completion that calls tools, arguments in pieces of three characters. */
export function chatChunks(calls: readonly WireCall[], reason = 'tool_calls'): object[] {
  const parts = calls.flatMap(({ id, name, arguments: text }, index) => [
    chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
    ...(text.match(/.{1,3}/gsu) ?? []).map((piece) =>
      chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ])
  return [chunk({ role: 'assistant', content: null }), ...parts, chunk({}, reason)]
}

/** The chunks of a chat completion that says something. */
export function chatText(text: string): object[] {
  return [chunk({ role: 'assistant', content: text }), chunk({}, 'stop')]
}

/** A chat completion that is not streamed. */
export function chatCompletion(message: object, reason = 'stop'): object {
  const choice = {
    index: 0,
    message: { role: 'assistant', content: null, refusal: null, ...message },
    finish_reason: reason,
  }
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'test', choices: [choice] }
}

/** An event of the Responses API; the last one has the whole response. */
export interface WireEvent {
  readonly type: string
  readonly response?: object
}

/** The events of a response whose output are calls, and then a message where there is a text. */
export function responseEvents(calls: readonly WireCall[], text?: string): WireEvent[] {
  const items = calls.map((call, index) => ({
    type: 'function_call',
    id: `fc_${index}`,
    call_id: call.id,
    name: call.name,
    arguments: call.arguments,
    status: 'completed',
  }))
  const message = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  }
  const output = text === undefined ? items : [...items, message]
  const events = items.flatMap((item, index) => [
    {
      type: 'response.output_item.added',
      output_index: index,
      item: { ...item, arguments: '', status: 'in_progress' },
    },
    ...(item.arguments.match(/.{1,3}/gsu) ?? []).map((delta) => ({
      type: 'response.function_call_arguments.delta',
      output_index: index,
      item_id: item.id,
      delta,
    })),
    {
      type: 'response.function_call_arguments.done',
      output_index: index,
      item_id: item.id,
      arguments: item.arguments,
    },
    { type: 'response.output_item.done', output_index: index, item },
  ])
  const response = { id: 'resp_1', object: 'response', model: 'test' }
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    ...events,
    { type: 'response.completed', response: { ...response, status: 'completed', output } },
  ].map((event, at) => ({ ...event, sequence_number: at }))
}
