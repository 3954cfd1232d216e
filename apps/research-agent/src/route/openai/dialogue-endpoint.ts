import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Reply } from '../../agent/dialogue.ts'
import type { ModelSeat } from '../model-seat.ts'

/** An endpoint of this process that speaks OpenAI's chat completions. */
export interface DialogueEndpoint {
  readonly baseURL: string
  close(): void
}

/** The dialogue behind an endpoint, so that everything between it and the client is as it is on the wire. */
export async function openDialogueEndpoint(seat: ModelSeat): Promise<DialogueEndpoint> {
  const server = createServer((request, response) => {
    answer(seat, request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/json', 'x-should-retry': 'false' })
      response.end(JSON.stringify({ error: { message: String(error) } }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { baseURL: `http://127.0.0.1:${port}/v1`, close: () => server.close().closeAllConnections() }
}

async function answer(seat: ModelSeat, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { messages } = JSON.parse(await text(request)) as { messages: readonly Message[] }
  const reply = await seat.reply(answeredIn(messages))
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const choice of choicesOf(reply)) {
    const chunk = { id: 'reply', object: 'chat.completion.chunk', created: 0, model: 'dialogue', choices: [choice] }
    response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  }
  response.end('data: [DONE]\n\n')
}

interface Message {
  readonly role: string
  readonly tool_call_id?: string
}

/** The results since the model spoke last. */
function answeredIn(messages: readonly Message[]): string[] {
  const spoken = messages.findLastIndex(({ role }) => role === 'assistant')
  return messages.slice(spoken + 1).flatMap(({ tool_call_id: callId }) => callId ?? [])
}

function choicesOf({ text, calls }: Reply): object[] {
  const parts = [
    { content: text },
    ...calls.map(({ callId: id, tool: name, arguments: args }, index) => ({
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: JSON.stringify(args) } }],
    })),
  ]
  const end = { index: 0, delta: {}, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' }
  return [...parts.map((delta) => ({ index: 0, delta, finish_reason: null })), end]
}
