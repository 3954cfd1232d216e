import type { McpHandlerRequestOptions } from '@modelcontextprotocol/server'
import type { Connection, Serving } from '../serving.ts'
import { createToolServer } from '../tool-server.ts'
import type { HandlerSettings } from './handler-options.ts'
import { createSessionServer } from './session-server.ts'

/** The two ways that requests go: those of today need no session, those of before revision 2026-07-28 have one. */
export interface Legs {
  fetch(request: Request, given: McpHandlerRequestOptions): Promise<Response>
  close(): Promise<void>
}

/** Makes both; without sessions, requests of before are answered one by one, too. */
export function createLegs(
  serving: Serving,
  { maxBodyBytes, sessions }: Pick<HandlerSettings, 'maxBodyBytes' | 'sessions'>,
): Legs {
  const { sdk, runtime, settings } = serving
  const before = sessions && createSessionServer(serving, { ...sessions, maxBodyBytes })
  const today = sdk.createMcpHandler(
    ({ era }) => {
      const connection: Connection = { era, session: undefined, tellsChanges: era === 'modern' }
      return createToolServer(serving, connection)
    },
    { legacy: before ? 'reject' : 'stateless', onerror: settings.onError, maxRequestBodySize: maxBodyBytes },
  )
  const changes = runtime.events$.subscribe((event) => {
    if (event.type === 'registry-change') today.notify.toolsChanged()
  })
  const isBefore = (request: Request, { parsedBody }: McpHandlerRequestOptions): Promise<boolean> =>
    sdk.isLegacyRequest(request, parsedBody, { maxRequestBodySize: maxBodyBytes })
  return {
    async fetch(request, given) {
      if (before && (await isBefore(request, given))) return before.fetch(request, given)
      return today.fetch(request, given)
    },
    async close() {
      changes.unsubscribe()
      await Promise.all([today.close(), before?.close()])
    },
  }
}
