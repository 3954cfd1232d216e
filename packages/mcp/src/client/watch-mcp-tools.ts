import type { Runtime } from '@headrace/core'
import type { McpClient } from './connection/mcp-client.ts'
import type { Peer } from './connection/peer.ts'
import { checkHintedTools, checkMcpToolsOptions, type McpToolsOptions } from './mcp-tools-options.ts'
import { createRemoteServer, type ServedTool } from './tools/remote-server.ts'

/** The tools of a server in a registry, kept up to date. */
export interface McpToolsWatch extends Disposable {
  /** The names of the tools that are registered now. */
  names(): string[]
  /** Asks the server now; resolves when the registry has what it says. */
  refresh(): Promise<void>
  /** Ends the watch, and takes the tools out of the registry; calls that run go on. */
  close(): void
}

const listChanged = 'notifications/tools/list_changed'

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
  const registered = createRegistrations(runtime, options)
  const end = new AbortController()
  let running: Promise<void> | undefined
  let isStale = false
  const update = async (): Promise<void> => {
    do {
      isStale = false
      const served = await server.list()
      if (!end.signal.aborted) registered.replace(served)
    } while (isStale && !end.signal.aborted)
  }
  /** Changes that come while the list is on its way are seen by one more look at its end. */
  const refresh = (): Promise<void> => {
    isStale = true
    running ??= update().finally(() => {
      running = undefined
    })
    return running
  }
  const refreshLater = (): void => {
    refresh().catch((error: unknown) => options.onWarning?.({ message: `The tools were not listed: ${String(error)}` }))
  }
  const first = await server.list()
  checkHintedTools(
    'watchMcpTools',
    options,
    first.map(({ remote }) => remote.name),
  )
  registered.replace(first)
  let unfollow = await follow(server.connection.peer, refreshLater)
  const unlisten = server.connection.onReconnect((peer) => {
    unfollow()
    refreshLater()
    follow(peer, refreshLater).then(
      (stop) => {
        if (end.signal.aborted) stop()
        else unfollow = stop
      },
      () => undefined,
    )
  })
  const close = (): void => {
    end.abort()
    unlisten()
    unfollow()
    registered.replace([])
  }
  return { names: () => registered.names(), refresh, close, [Symbol.dispose]: close }
}

async function follow(peer: Peer, onChange: () => void): Promise<() => void> {
  const unlisten = peer.tap()?.onNotification((method) => {
    if (method === listChanged) onChange()
  })
  const unfollow = await peer.followTools()
  return () => {
    unlisten?.()
    unfollow()
  }
}

interface Registrations {
  names(): string[]
  replace(served: readonly ServedTool[]): void
}

/** A tool that the server tells the same of stays as it is, with its limits, its breaker and its cache. */
function createRegistrations({ registry }: Runtime, { onWarning }: McpToolsOptions): Registrations {
  const known = new Map<string, string>()
  return {
    names: () => [...known.keys()],
    replace(served) {
      const told = new Map(served.map(({ tool, remote }) => [tool.name, JSON.stringify(remote)]))
      for (const [name, text] of known) {
        if (told.get(name) === text) continue
        known.delete(name)
        registry.unregister(name)
      }
      for (const { tool, remote } of served) {
        if (known.has(tool.name)) continue
        if (registry.has(tool.name)) {
          onWarning?.({ tool: remote.name, message: `Another tool is registered as '${tool.name}'; give a prefix.` })
          continue
        }
        registry.register(tool)
        known.set(tool.name, told.get(tool.name) ?? '')
      }
    },
  }
}
