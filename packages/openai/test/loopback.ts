import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'

/** What a scripted answer does with a response: it writes a body, or breaks off. */
export type Answer = (response: ServerResponse) => void | Promise<void>

/** The SDK's client, against a server on the loopback interface that gives one answer per request, in order. */
export interface Loopback extends AsyncDisposable {
  readonly client: OpenAI
  readonly url: string
  /** The bodies of the requests so far. */
  readonly requests: readonly Record<string, never>[]
}

/** A stream of server-sent events that ends as OpenAI's do. */
export function sse(...events: readonly unknown[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(bytesOf(...events))
  }
}

/** One JSON body. */
export function json(body: unknown): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

/** Events as they stand in a stream: a named event for each that has a type. */
export function bytesOf(...events: readonly unknown[]): string {
  const texts = events.map((event) => {
    const { type } = event as { readonly type?: string }
    return `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(event)}\n\n`
  })
  return `${texts.join('')}data: [DONE]\n\n`
}

export async function openLoopback(...answers: readonly Answer[]): Promise<Loopback> {
  const requests: Record<string, never>[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += String(piece)
    requests.push(JSON.parse(text) as Record<string, never>)
    await answers[requests.length - 1]?.(response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return {
    client: new OpenAI({ apiKey: 'none', baseURL: url, maxRetries: 0 }),
    url,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
