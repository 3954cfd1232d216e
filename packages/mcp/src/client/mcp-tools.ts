import type { Tool } from '@headrace/core'
import type { McpClient } from './connection/mcp-client.ts'
import { checkHintedTools, checkMcpToolsOptions, type McpToolsOptions } from './mcp-tools-options.ts'
import { createRemoteServer } from './tools/remote-server.ts'

/**
 * Gives the tools of an MCP server as tools of Headrace, to be registered in a runtime: all pages of its list, as it is
 * now. A call of one of them is a call to the server, under the runtime's policies; all share one breaker. Rejects where
 * an option is wrong or the server cannot be asked.
 */
export async function mcpTools(client: McpClient, options: McpToolsOptions = {}): Promise<Tool[]> {
  checkMcpToolsOptions('mcpTools', options)
  const served = await createRemoteServer(client, options).list()
  checkHintedTools(
    'mcpTools',
    options,
    served.map(({ remote }) => remote.name),
  )
  return served.map(({ tool }) => tool)
}
