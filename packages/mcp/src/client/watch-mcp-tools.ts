import type { Runtime } from '@headrace/core'
import { openChangeFeed } from './connection/change-feed.ts'
import type { McpClient } from './connection/mcp-client.ts'
import { checkHintedTools, checkMcpToolsOptions, type McpToolsOptions } from './mcp-tools-options.ts'
import { createLooks } from './tools/looks.ts'
import { createRegistrations } from './tools/registrations.ts'
import { createRemoteServer } from './tools/remote-server.ts'

/** The tools of a server in a registry, kept up to date. */
export interface McpToolsWatch extends Disposable {
  /** The names of the tools that are registered now. */
  names(): string[]
  /** Asks the server now; resolves when the registry has what it says. */
  refresh(): Promise<void>
  /** Ends the watch, and takes the tools out of the registry; calls that run go on. */
  close(): void
}

/**
 * Registers the tools of an MCP server in a runtime, and again whenever the server tells that they have changed, and
 * after a reconnect. A tool whose name another one has is left out, with a warning. Rejects as `mcpTools` does; later
 * failures to ask the server are warnings.
 */
export async function watchMcpTools(
  client: McpClient,
  runtime: Runtime,
  options: McpToolsOptions = {},
): Promise<McpToolsWatch> {
  checkMcpToolsOptions('watchMcpTools', options)
  const server = createRemoteServer(client, options)
  const registered = createRegistrations(runtime.registry, (warning) => options.onWarning?.(warning))
  let isFirst = true
  const looks = createLooks({
    async look() {
      const served = await server.list()
      const names = served.map(({ remote }) => remote.name)
      if (isFirst) checkHintedTools('watchMcpTools', options, names)
      isFirst = false
      registered.replace(served)
    },
    onError: (error) => options.onWarning?.({ message: `The tools were not listed: ${String(error)}` }),
  })
  // before the first look: a change that comes during it is not missed
  let feed = openChangeFeed(server.connection.peer, looks.changed)
  const unlisten = server.connection.onReconnect((peer) => {
    feed.close()
    feed = openChangeFeed(peer, looks.changed)
    feed.opened.then(looks.changed, looks.changed)
  })
  const close = (): void => {
    looks.close()
    unlisten()
    feed.close()
    registered.close()
  }
  try {
    await feed.opened
    await looks.now()
  } catch (error) {
    close()
    throw error
  }
  return { names: () => registered.names(), refresh: looks.now, close, [Symbol.dispose]: close }
}
