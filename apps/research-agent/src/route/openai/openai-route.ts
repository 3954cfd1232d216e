import { dispatchTurn, toOpenAiTools, toToolMessages } from '@headrace/openai'
import OpenAI from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { takeModelSeat } from '../model-seat.ts'
import type { Route, RouteOptions } from '../route.ts'
import { openDialogueEndpoint } from './dialogue-endpoint.ts'

/** OpenAI's SDK streams from an endpoint of this process; calls start while the message still comes. */
export const openaiRoute: Route = {
  name: "OpenAI's chat completions",
  async run(options) {
    const seat = takeModelSeat(options)
    const endpoint = await openDialogueEndpoint(seat)
    try {
      await converse(new OpenAI({ baseURL: endpoint.baseURL, apiKey: 'none', maxRetries: 0 }), options)
    } finally {
      endpoint.close()
      seat.leave()
    }
  },
}

async function converse(client: OpenAI, { runtime, scope, call }: RouteOptions): Promise<void> {
  const { signal } = call
  const tools = toOpenAiTools(runtime, { api: 'chat' })
  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'see the dialogue' }]
  for (;;) {
    const body = { model: 'dialogue', messages, tools, stream: true } as const
    const stream = await client.chat.completions.create(body, { signal })
    const results = await dispatchTurn(runtime, stream, { ...call, scope }).results()
    signal.throwIfAborted()
    if (results.length === 0) return
    messages.push(
      {
        role: 'assistant',
        tool_calls: results.map(({ callId: id, tool: name }) => ({
          id,
          type: 'function',
          function: { name, arguments: '{}' },
        })),
      },
      ...toToolMessages(results),
    )
  }
}
