import type { McpHandlerRequestOptions, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import type { Connection, Serving } from '../serving.ts'
import { createToolServer, tellChanges } from '../tool-server.ts'
import { refusal } from './check-source.ts'
import { createSessionStore, type KeptSession, type SessionLimits } from './session-store.ts'
import { watchBody } from './watch-body.ts'

interface Session extends KeptSession {
  readonly transport: WebStandardStreamableHTTPServerTransport
}

/** Serves clients of the revisions before 2026-07-28, who open a session, may cancel by a message and listen to changes. */
export interface SessionServer {
  fetch(request: Request, given?: McpHandlerRequestOptions): Promise<Response>
  close(): Promise<void>
}

const idHeader = 'mcp-session-id'

/** Makes the server of sessions; `maxBodyBytes` bounds what a request may carry. */
export function createSessionServer(
  serving: Serving,
  { maxBodyBytes, ...limits }: SessionLimits & { readonly maxBodyBytes: number },
): SessionServer {
  const { sdk, runtime, settings } = serving
  const store = createSessionStore<Session>(limits)
  const gone = new WeakMap<Request, AbortSignal>()
  const goneOf = (request: Request): AbortSignal | undefined => gone.get(request)

  /** A session is kept from the client's `initialize` on: anything else that has no session is refused by the SDK. */
  const open = async (): Promise<{ readonly id: string; readonly session: Session }> => {
    const id = crypto.randomUUID()
    const transport = new sdk.WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      maxRequestBodySize: maxBodyBytes,
    })
    const connection: Connection = { era: 'legacy', session: id, tellsChanges: true, goneOf }
    const server = createToolServer(serving, connection)
    tellChanges(serving, server, connection)
    await server.connect(transport)
    const close = (): Promise<void> => server.close().catch(settings.onError)
    const ended = transport.onclose
    const onclose = (): void => {
      ended?.()
      store.remove(id)
      void runtime.control.endSession(id)
    }
    Object.assign(transport, { onclose })
    return { id, session: { transport, close } }
  }

  const serve = async (
    { transport }: Session,
    {
      request,
      given,
      onEnd,
    }: { readonly request: Request; readonly given: McpHandlerRequestOptions | undefined; readonly onEnd: () => void },
  ): Promise<Response> => {
    const leaving = new AbortController()
    const onLeave = (): void => leaving.abort(new Error('The client has left.'))
    gone.set(request, leaving.signal)
    request.signal.addEventListener('abort', onLeave, { once: true })
    return watchBody(await transport.handleRequest(request, given), { onEnd, onLeave })
  }

  return {
    async fetch(request, given) {
      const id = request.headers.get(idHeader)
      if (id !== null) {
        const session = store.take(id)
        if (session === undefined) return refusal(404, 'Session not found', -32_001)
        return serve(session, { request, given, onEnd: () => store.release(id) })
      }
      const opened = await open()
      const { transport } = opened.session
      const response = await serve(opened.session, { request, given, onEnd: ignore })
      if (transport.sessionId === undefined) {
        await opened.session.close()
        return response
      }
      if (store.add(opened.id, opened.session)) return response
      await opened.session.close()
      return refusal(503, 'Too many sessions are in use')
    },
    close: () => store.close(),
  }
}

/** An answer to `initialize` needs no session to be held for it. */
function ignore(): void {}
