import type { ServerContext } from '@modelcontextprotocol/server'
import { isRecord } from '../../content/mcp-content.ts'
import type { ServerSdk } from '../load-sdk.ts'

/** MCP's task extension, SEP-2663. */
export const taskExtension = 'io.modelcontextprotocol/tasks'

/** Whether the client has said with this very request that it knows tasks: what it said before does not count. */
export function knowsTasks(sdk: ServerSdk, ctx: ServerContext): boolean {
  const envelope: Readonly<Record<string, unknown>> = { ...ctx.mcpReq.envelope }
  const capabilities = envelope[sdk.CLIENT_CAPABILITIES_META_KEY]
  if (!isRecord(capabilities) || !isRecord(capabilities.extensions)) return false
  return isRecord(capabilities.extensions[taskExtension])
}

/** What a client is told that would have to know tasks, in the form of the extension's specification: -32021. */
export function tasksRequired(sdk: ServerSdk, message: string): Error {
  return new sdk.MissingRequiredClientCapabilityError(
    { requiredCapabilities: { extensions: { [taskExtension]: {} } } },
    message,
  )
}
