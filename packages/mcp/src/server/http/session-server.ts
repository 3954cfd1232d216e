import type { McpHandlerRequestOptions } from '@modelcontextprotocol/server'
import type { Serving } from '../serving.ts'
import { refusal } from './check-source.ts'
import { openSession, type Session } from './open-session.ts'
import { createSessionStore, type SessionLimits } from './session-store.ts'
import { watchBody } from './watch-body.ts'

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
  const store = createSessionStore<Session>(limits)
  const gone = new WeakMap<Request, AbortSignal>()
  const goneOf = (request: Request): AbortSignal | undefined => gone.get(request)

  /** Who leaves before the answer has come cancels what was asked: there is no way to come back to it. */
  const serve = async (session: Session, { request, given, onEnd }: Exchange): Promise<Response> => {
    const leaving = new AbortController()
    const onLeave = (): void => leaving.abort(new Error('The client has left.'))
    gone.set(request, leaving.signal)
    request.signal.addEventListener('abort', onLeave, { once: true })
    return watchBody(await session.transport.handleRequest(request, given), { onEnd, onLeave })
  }

  const begin = async (request: Request, given: McpHandlerRequestOptions | undefined): Promise<Response> => {
    const session = await openSession(serving, { maxBodyBytes, goneOf, onEnd: store.remove })
    const response = await serve(session, { request, given, onEnd: ignore })
    const isOpen = session.transport.sessionId !== undefined
    if (isOpen && store.add(session.id, session)) return response
    await session.close()
    return isOpen ? refusal(503, 'Too many sessions are in use') : response
  }

  return {
    async fetch(request, given) {
      const id = request.headers.get(idHeader)
      if (id === null) return begin(request, given)
      const session = store.take(id)
      if (session === undefined) return refusal(404, 'Session not found', -32_001)
      return serve(session, { request, given, onEnd: () => store.release(id) })
    },
    close: () => store.close(),
  }
}

interface Exchange {
  readonly request: Request
  readonly given: McpHandlerRequestOptions | undefined
  readonly onEnd: () => void
}

/** An answer to `initialize` needs no session to be held for it. */
function ignore(): void {}
