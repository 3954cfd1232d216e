import type { Runtime } from '@headrace/core'
import type { Transport } from '@modelcontextprotocol/server'
import { loadSdk, loadStdio } from './load-sdk.ts'
import { createRunningCalls } from './running-calls.ts'
import type { Connection, Serving } from './serving.ts'
import {
  checkMs,
  type McpServingOptions,
  resolveServing,
  type ServingSettings,
  servingKeys,
} from './serving-options.ts'
import { createInputKeys } from './tasks/input-requests.ts'
import { createToolServer, tellChanges } from './tool-server.ts'
import { toMcpTools } from './tools/mcp-tools-list.ts'

/** How a runtime's tools are served over one connection. */
export interface ServeMcpOptions extends McpServingOptions {
  /** `'stdio'`, this process's own input and output, by default; or a transport of the SDK, which is closed in the end. */
  readonly transport?: 'stdio' | Transport | undefined
}

/** A connection over which tools are served. */
export interface McpServing {
  /** Resolves when the connection has ended: by the client, or by `close`. Rejects where it could not be opened. */
  readonly closed: Promise<void>
  /** Begins no more calls, waits `drain` milliseconds (0 by default) for those that run, cancels the rest and ends the connection. */
  close(options?: { readonly drain?: number | undefined }): Promise<void>
}

const where = 'serveMcp'

/**
 * Serves the tools of a runtime over stdio, to a client of any revision of MCP. A client that goes cancels the calls it
 * waits for; the runtime stays open. Throws where an option makes no sense, or a tool cannot be told to a client.
 *
 * Over stdio nothing else may write to the standard output: `console.log` breaks the protocol, `console.error` does not.
 */
export function serveMcp(runtime: Runtime, options: ServeMcpOptions = {}): McpServing {
  const settings = resolveServing(where, options, [...servingKeys, 'transport'])
  const { transport = 'stdio' } = options
  if (transport !== 'stdio' && typeof transport.start !== 'function') {
    throw new TypeError(`${where}: transport must be 'stdio' or a transport of the SDK; over HTTP, use mcpHandler`)
  }
  toMcpTools(runtime.registry)
  const calls = createRunningCalls()
  const opening = openConnection({ runtime, settings, transport, calls })
  const closed = opening.then((connection) => connection.closed)
  closed.catch(ignore) // told to who waits for it
  return {
    closed,
    async close({ drain = 0 } = {}) {
      checkMs('close', { drain })
      await calls.close(drain)
      await new Promise((resolve) => setTimeout(resolve)) // the SDK sends the last results
      await (await opening).close()
      await closed
    },
  }
}

type Parts = Pick<Serving, 'runtime' | 'settings' | 'calls'> & { readonly transport: 'stdio' | Transport }

async function openConnection({ transport, ...parts }: Parts): Promise<McpServing> {
  const [sdk, stdio] = await Promise.all([loadSdk(where), loadStdio(where)])
  const serving: Serving = { sdk, ...parts, inputKeys: createInputKeys() }
  const session: string = crypto.randomUUID()
  const wire: Transport = transport === 'stdio' ? new stdio.StdioServerTransport() : transport
  const handle = stdio.serveStdio(
    ({ era }) => {
      const connection: Connection = { era, session, tellsChanges: true }
      const server = createToolServer(serving, connection)
      tellChanges(serving, server, connection)
      return server
    },
    { transport: wire, onerror: parts.settings.onError },
  )
  const closed = new Promise<void>((resolve) => {
    const ended = wire.onclose
    const onclose = (): void => {
      ended?.()
      void endSession(serving, session).then(resolve)
    }
    Object.assign(wire, { onclose })
  })
  return { closed, close: () => handle.close() }
}

function endSession(
  { runtime }: { readonly runtime: Runtime; readonly settings: ServingSettings },
  session: string,
): Promise<void> {
  return runtime.control.endSession(session)
}

/** Whoever waits for the connection is told. */
function ignore(): void {}
