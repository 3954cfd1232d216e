import type { Server } from '@modelcontextprotocol/server'
import type { Connection, Serving } from './serving.ts'
import { taskExtension } from './tasks/task-extension.ts'
import { addTaskHandlers } from './tasks/task-handlers.ts'
import { callTool } from './tools/call-tool.ts'
import { mcpNames, outputSchemaOf, toMcpTools } from './tools/mcp-tools-list.ts'

const listChanged = 'notifications/tools/list_changed'

/** The SDK's server for one connection, or for one request: it lists the tools of the runtime and runs them. */
export function createToolServer(serving: Serving, connection: Connection): Server {
  const { sdk, runtime, settings } = serving
  const { info, instructions, onError } = settings
  const isModern = connection.era === 'modern'
  const server = new sdk.Server(info, {
    capabilities: {
      tools: { listChanged: connection.tellsChanges },
      ...(isModern && { extensions: { [taskExtension]: {} } }),
    },
    ...(instructions !== undefined && { instructions }),
    debouncedNotificationMethods: [listChanged],
  })
  Object.assign(server, { onerror: onError })
  server.setRequestHandler('tools/list', () => ({ tools: toMcpTools(runtime.registry) }))
  server.setRequestHandler('tools/call', async (request, ctx) => {
    const result = await callTool(serving, connection, { request, ctx })
    const tool = mcpNames(runtime.registry).fromProvider(request.params.name)
    return server.projectCallToolResult(result, outputSchemaOf(runtime.registry, tool))
  })
  if (isModern) addTaskHandlers(server, serving, connection)
  return server
}

/** Tells the client of a connection when the tools change, for as long as the connection is open. */
export function tellChanges({ runtime, settings }: Serving, server: Server, { era }: Connection): void {
  let changes: { unsubscribe(): void } | undefined
  const watch = (): void => {
    // a client may say more than once that it is ready
    changes ??= runtime.events$.subscribe((event) => {
      if (event.type === 'registry-change') server.sendToolListChanged().catch(settings.onError)
    })
    Object.assign(server, { onclose: () => changes?.unsubscribe() })
  }
  if (era === 'legacy')
    server.oninitialized = watch // earlier ones must not be told anything before that
  else watch()
}
