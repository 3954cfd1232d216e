import { defineTool, type Tool } from '@headrace/core'
import { callRemote } from '../call/call-remote.ts'
import { type Connection, createConnection } from '../connection/connection.ts'
import type { McpClient } from '../connection/mcp-client.ts'
import type { McpToolsOptions, Warn } from '../mcp-tools-options.ts'
import { listRemoteTools, type RemoteTool } from './list-remote-tools.ts'
import { createRemoteNames } from './remote-names.ts'
import { remotePolicy } from './remote-policy.ts'
import { anyArguments, remoteSchema } from './remote-schema.ts'

/** A tool of Headrace, and what the server said of it. */
export interface ServedTool {
  readonly tool: Tool
  readonly remote: RemoteTool
}

/** The tools of a server, as Headrace runs them. */
export interface RemoteServer {
  readonly connection: Connection
  /** Asks for all tools that the server has now. */
  list(): Promise<readonly ServedTool[]>
}

/** Makes the tools of the server behind a connected client. */
export function createRemoteServer(client: McpClient, options: McpToolsOptions): RemoteServer {
  const { prefix = '', onWarning } = options
  const connection = createConnection(client, { reconnect: options.reconnect })
  const names = createRemoteNames(prefix)
  const warn: Warn = (warning) => onWarning?.(warning)
  const server = options.server ?? `${prefix}${connection.peer.serverName ?? 'server'}`
  return {
    connection,
    async list() {
      const remotes = await listRemoteTools(connection.peer, warn)
      const given = names.namesOf(remotes.map(({ name }) => name))
      return remotes.map((remote, index) => ({
        remote,
        tool: toolOf(remote, { name: given[index] ?? remote.name, connection, server, options, warn }),
      }))
    },
  }
}

interface Place {
  readonly name: string
  readonly connection: Connection
  readonly server: string
  readonly options: McpToolsOptions
  readonly warn: Warn
}

function toolOf(remote: RemoteTool, { name, connection, server, options, warn }: Place): Tool {
  const { trustAnnotations = false, tools = {}, trace } = options
  const hints = Object.hasOwn(tools, remote.name) ? tools[remote.name] : undefined
  const outputSchema = outputSchemaOf(remote, warn)
  const annotations = { ...(trustAnnotations ? remote.annotations : undefined), ...hints?.annotations }
  return defineTool({
    name,
    title: remote.title,
    description: remote.description,
    inputSchema: inputSchemaOf(remote, warn),
    ...(outputSchema && { outputSchema }),
    annotations,
    execution: hints?.execution ?? (remote.taskSupport === undefined ? {} : { taskSupport: remote.taskSupport }),
    policy: remotePolicy(server, { ofAll: options.policy, own: hints?.policy, annotations }),
    execute: (input: unknown, context) => callRemote({ connection, remote, trace }, input, context),
  })
}

function inputSchemaOf({ name, inputSchema }: RemoteTool, warn: Warn): typeof anyArguments {
  const schema = remoteSchema(inputSchema)
  if (!('refused' in schema)) return schema
  warn({ tool: name, message: `The input schema is not used, the server checks the arguments: ${schema.refused}` })
  return anyArguments
}

function outputSchemaOf({ name, outputSchema }: RemoteTool, warn: Warn): typeof anyArguments | undefined {
  if (outputSchema === undefined) return undefined
  const schema = remoteSchema(outputSchema)
  if (!('refused' in schema)) return schema
  warn({ tool: name, message: `The output schema is not used, outputs are taken as they are: ${schema.refused}` })
  return undefined
}
