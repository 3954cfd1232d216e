import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import { bodyOf } from './wire.ts'

/** A response: events, then whether the connection is cut or left open instead of ended. */
export interface Answer {
  readonly events: readonly object[]
  readonly end?: 'cut' | 'open'
  /** Sends the body piece by piece: characters of each. */
  readonly pieces?: number
}

/** A Messages API on the loopback that answers one request after the other, and the SDK's client for it. */
export async function serveMessages(answers: readonly Answer[]): Promise<MessagesServer> {
  const requests: Request[] = []
  let closedCount = 0
  let onClose = (): void => {}
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    requests.push(JSON.parse(Buffer.concat(chunks).toString()))
    const answer = answers[requests.length - 1] ?? { events: [] }
    response.once('close', () => {
      closedCount += 1
      onClose()
    })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    const body = bodyOf(answer.events)
    const size = answer.pieces ?? body.length
    for (let at = 0; at < body.length; at += size) {
      response.write(body.slice(at, at + size))
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (answer.end === 'cut') response.destroy()
    else if (answer.end === undefined) response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new Anthropic({ apiKey: 'none', baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 })
  return {
    client,
    requests,
    closed: (count) =>
      new Promise((resolve) => {
        onClose = () => closedCount >= count && resolve()
        onClose()
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface MessagesServer extends AsyncDisposable {
  readonly client: Anthropic
  readonly requests: readonly Request[]
  /** Resolves when so many responses have ended, or were given up by the client. */
  closed(count: number): Promise<void>
}

/** What a request said. */
export interface Request {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
  readonly tools?: readonly { readonly name: string }[]
}
