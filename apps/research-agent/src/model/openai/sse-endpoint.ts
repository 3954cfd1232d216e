import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A loopback endpoint for tests that replays chat completions, one stream of chunks for each request. */
export interface SseEndpoint {
  readonly baseUrl: string
  /** The bodies of the requests so far. */
  readonly requests: readonly unknown[]
  close(): void
}

/** What one request is answered with: chunks, or a status that is no success. */
export type SseReply = readonly object[] | { readonly status: number; readonly message: string }

/** Starts the endpoint. Replies are used in order; after the last one it answers 500. */
export async function sseEndpoint(replies: readonly SseReply[]): Promise<SseEndpoint> {
  const requests: unknown[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    requests.push(JSON.parse(body))
    const reply = replies[requests.length - 1] ?? { status: 500, message: 'no more replies' }
    if ('status' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/json', 'x-should-retry': 'false' })
      response.end(JSON.stringify({ error: { message: reply.message } }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const chunk of reply) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    response.end('data: [DONE]\n\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return { baseUrl, requests, close: () => server.close().closeAllConnections() }
}

/** A chunk of a stream, as the wire has it. */
export function chunk(delta: object, finish: string | null = null): object {
  return {
    id: 'c',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
}

/** A fragment of a call. Its id and name come with the first one only. */
export function fragment(index: number, text: string, first?: { readonly id: string; readonly name: string }): object {
  const head = first === undefined ? {} : { id: first.id, type: 'function' }
  const name = first === undefined ? {} : { name: first.name }
  return chunk({ tool_calls: [{ index, ...head, function: { ...name, arguments: text } }] })
}
