import type { Runtime } from '@headrace/core'
import type { AuthInfo, McpHandlerRequestOptions } from '@modelcontextprotocol/server'
import { checkSource, refusal } from './http/check-source.ts'
import { type McpHandlerOptions, resolveHandler } from './http/handler-options.ts'
import { createLegs } from './http/legs.ts'
import { loadSdk } from './load-sdk.ts'
import { createRunningCalls } from './running-calls.ts'
import { checkMs } from './serving-options.ts'
import { createInputKeys } from './tasks/input-requests.ts'
import { toMcpTools } from './tools/mcp-tools-list.ts'

/** What whoever hands a request in knows about it. */
export interface McpFetchOptions {
  /** Who the client is: what a check of its token has found out. */
  readonly authInfo?: AuthInfo | undefined
  /** The body, where it has been read and parsed already. */
  readonly parsedBody?: unknown
}

/** A runtime's tools as a fetch handler: `fetch` is the handler itself, for whoever wants an object with that method. */
export interface McpHandler {
  (request: Request, given?: McpFetchOptions): Promise<Response>
  /** Answers a request. */
  fetch(this: void, request: Request, given?: McpFetchOptions): Promise<Response>
  /** Begins no more calls, waits `drain` milliseconds (0 by default) for those that run, cancels the rest; then ends all sessions. */
  close(this: void, options?: { readonly drain?: number | undefined }): Promise<void>
}

/**
 * Serves the tools of a runtime over streamable HTTP, to clients of any revision of MCP. A client that goes cancels the
 * calls it waits for. Throws where an option makes no sense, or a tool cannot be told to a client.
 */
export function mcpHandler(runtime: Runtime, options: McpHandlerOptions = {}): McpHandler {
  const { serving: settings, source, ...limits } = resolveHandler(options)
  toMcpTools(runtime.registry)
  const calls = createRunningCalls()
  const loading = loadSdk('mcpHandler').then((sdk) => ({
    sdk,
    legs: createLegs({ sdk, runtime, settings, calls, inputKeys: createInputKeys() }, limits),
  }))
  loading.catch(ignore) // told to each request
  const fetch = async (request: Request, given: McpFetchOptions = {}): Promise<Response> => {
    if (calls.isClosing) return refusal(503, 'The server closes')
    const { sdk, legs } = await loading
    return checkSource(sdk, request, source) ?? legs.fetch(request, definedOnly(given))
  }
  const close: McpHandler['close'] = async ({ drain = 0 } = {}) => {
    checkMs('close', { drain })
    await calls.close(drain)
    await new Promise((resolve) => setTimeout(resolve)) // the SDK sends the last results
    await loading.then(({ legs }) => legs.close(), ignore)
  }
  return Object.assign(fetch, { fetch, close })
}

/** The SDK's options want absent members to be absent. */
function definedOnly({ authInfo, parsedBody }: McpFetchOptions): McpHandlerRequestOptions {
  return { ...(authInfo !== undefined && { authInfo }), ...(parsedBody !== undefined && { parsedBody }) }
}

/** Nothing is open where the SDK could not be loaded. */
function ignore(): void {}
