import { isRecord } from '../../content/mcp-content.ts'
import { anyAnswer, type McpClient, type RequestOptions, viewOf } from './mcp-client.ts'
import { type TransportTap, tapTransport, tasksExtension, taskWanted } from './transport-tap.ts'

/** How a server answers with tasks: by the extension of 2026-07-28, by what 2025-11-25 had of it, or not at all. */
export type TaskProtocol = 'extension' | 'experimental' | 'none'

/** One call of a tool as a server takes it. */
export interface RemoteCall {
  readonly name: string
  readonly arguments: unknown
  readonly meta: Readonly<Record<string, unknown>>
  /** The server's schema: a client says some arguments in headers. */
  readonly inputSchema: unknown
}

/** A server behind a client. */
export interface Peer {
  readonly serverName: string | undefined
  readonly tasks: TaskProtocol
  /** What passes over the transport of the moment: a client may be connected anew. */
  tap(): TransportTap | undefined
  /** False once the connection is closed. */
  isConnected(): boolean
  request(method: string, params: object, options?: RequestOptions): Promise<Readonly<Record<string, unknown>>>
  callTool(call: RemoteCall, options: RequestOptions): Promise<Readonly<Record<string, unknown>>>
  /** Asks for a sign of life. */
  ping(options: RequestOptions): Promise<void>
  /** Asks for news of the list of tools; undefined where they come without being asked for, or not at all. */
  followTools(): Promise<ToolNews | undefined>
}

/** News that a server sends on request. */
export interface ToolNews {
  /** Resolves when no more will come: by `close`, or since the server or the network has cut them off. */
  readonly ended: Promise<unknown>
  close(): void
}

/** The server behind a connected client of either version of the SDK. */
export function peerOf(client: McpClient): Peer {
  const view = viewOf(client)
  const isModern = view.getProtocolEra?.() === 'modern'
  const tasks = taskProtocolOf(view.getServerCapabilities(), isModern)
  const request: Peer['request'] = async (method, given, options = {}) => {
    // a server answers about tasks only to who says, each time, that it knows them
    const isTask = tasks === 'extension' && method.startsWith('tasks/')
    const params = isTask ? { ...given, _meta: { [taskWanted]: true } } : given
    return answerOf(await view.request({ method, params }, anyAnswer, options))
  }
  const tap = (): TransportTap | undefined => tapTransport(view.transport)
  return {
    serverName: view.getServerVersion()?.name,
    tasks,
    tap,
    isConnected: () => view.transport !== undefined,
    request,
    async callTool({ name, arguments: given, meta, inputSchema }, options) {
      const takesTask = tasks === 'extension' && tap() !== undefined
      const params = { name, arguments: given, _meta: takesTask ? { ...meta, [taskWanted]: true } : meta }
      // the call of version 1 judges outputs by schemas of its own reading, and refuses tools that need a task
      if (view.getProtocolEra === undefined) return request('tools/call', params, options)
      return answerOf(await view.callTool(params, { ...options, toolDefinition: { name, inputSchema } }))
    },
    async ping(options) {
      await request(isModern ? 'server/discover' : 'ping', {}, options)
    },
    async followTools() {
      if (!isModern || view.listen === undefined || view.autoOpenedSubscription !== undefined) return undefined
      const news = await view.listen({ toolsListChanged: true })
      const close = (): void => void news.close().catch(() => undefined)
      if (news.honoredFilter?.toolsListChanged === true) return { ended: news.closed, close }
      close()
      return undefined
    },
  }
}

function taskProtocolOf(capabilities: unknown, isModern: boolean): TaskProtocol {
  if (isModern) return isRecord(at(capabilities, 'extensions', tasksExtension)) ? 'extension' : 'none'
  return isRecord(at(capabilities, 'tasks', 'requests', 'tools', 'call')) ? 'experimental' : 'none'
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value)
}

function answerOf(answer: unknown): Readonly<Record<string, unknown>> {
  return isRecord(answer) ? answer : {}
}
