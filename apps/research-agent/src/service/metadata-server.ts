import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { answerRequest, type MetadataPath, type MetadataSource, parsePath } from './answer-request.ts'
import { createLedger } from './ledger.ts'
import type { Behaviour, ServiceRequest } from './misbehaviour.ts'
import { shelfOf } from './shelf.ts'

export interface MetadataServerOptions {
  readonly source: MetadataSource
  readonly behave: (request: ServiceRequest) => Behaviour
}

/** Makes the metadata service: it answers from `source`, as badly as `behave` says. It does not listen yet. */
export function createMetadataServer({ source, behave }: MetadataServerOptions): Server {
  const ledger = createLedger()
  return createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (path === '/ledger') return send(response, 200, ledger.read())
    const parsed = parsePath(path)
    if (parsed === undefined || request.method !== 'GET') return send(response, 404, { error: `nothing at ${path}` })
    const behaviour = behave({ path, shelf: shelfOf(parsed.name) })
    ledger.count(behaviour.kind)
    if (behaviour.kind === 'hang') return // The client has to give up by itself.
    const timer = setTimeout(() => act({ request, response, behaviour, parsed, source }), behaviour.waitMs)
    response.on('close', () => clearTimeout(timer))
  })
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly behaviour: Exclude<Behaviour, { kind: 'hang' }>
  readonly parsed: MetadataPath
  readonly source: MetadataSource
}

function act({ request, response, behaviour, parsed, source }: Exchange): void {
  switch (behaviour.kind) {
    case 'rate-limit':
      response.setHeader('retry-after', Math.ceil(behaviour.retryAfterMs / 1000))
      response.setHeader('retry-after-ms', behaviour.retryAfterMs) // the exact form, which clients prefer
      return send(response, 429, { error: 'too many requests' })
    case 'unavailable':
      return send(response, 503, { error: 'busy' })
    case 'outage':
      return send(response, 503, { error: 'this shelf is out of order' })
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'answer': {
      const answer = answerRequest(source, parsed)
      const { name, version } = parsed
      return answer === undefined
        ? send(response, 404, { error: `${name}@${version} is not installed` })
        : send(response, 200, answer)
    }
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
