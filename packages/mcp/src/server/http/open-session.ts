import type { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import type { Connection, Serving } from '../serving.ts'
import { createToolServer, tellChanges } from '../tool-server.ts'
import type { KeptSession } from './session-store.ts'

/** A session with a client of a revision before 2026-07-28. */
export interface Session extends KeptSession {
  readonly id: string
  readonly transport: WebStandardStreamableHTTPServerTransport
}

/** How a session is opened. */
export interface SessionOptions {
  readonly maxBodyBytes: number
  readonly goneOf: NonNullable<Connection['goneOf']>
  /** The session has ended: by the client, or by its `close`. */
  readonly onEnd: (id: string) => void
}

/** Opens a session that is the client's once it has sent `initialize`: the SDK refuses anything else before. */
export async function openSession(serving: Serving, options: SessionOptions): Promise<Session> {
  const { sdk, runtime, settings } = serving
  const { maxBodyBytes, goneOf, onEnd } = options
  const id = crypto.randomUUID()
  const transport = new sdk.WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => id,
    maxRequestBodySize: maxBodyBytes,
  })
  const connection: Connection = { era: 'legacy', session: id, tellsChanges: true, goneOf }
  const server = createToolServer(serving, connection)
  tellChanges(serving, server, connection)
  await server.connect(transport)
  const ended = transport.onclose
  const onclose = (): void => {
    ended?.()
    onEnd(id)
    void runtime.control.endSession(id)
  }
  Object.assign(transport, { onclose })
  return { id, transport, close: () => server.close().catch(settings.onError) }
}
