import { callOptions } from '@headrace/bridge'
import type { CallOptions } from '@headrace/core'
import type { ServerContext } from '@modelcontextprotocol/server'
import type { McpRequest, ServingSettings } from './serving-options.ts'

/** Which tool a request is about, and over which connection it came. */
export interface RequestPlace {
  readonly tool?: string | undefined
  readonly session: string | undefined
  /** Aborted when nobody waits for the call any more. */
  readonly signal?: AbortSignal | undefined
}

/** The options of a request's call: what the connection says, and over it what the user of this package chooses. */
export function requestOptions(settings: ServingSettings, ctx: ServerContext, place: RequestPlace): CallOptions {
  const { tool, session, signal } = place
  const { _meta: sent } = ctx.mcpReq
  const meta: Readonly<Record<string, unknown>> = { ...sent }
  const request: McpRequest = { tool, session, meta, authInfo: ctx.http?.authInfo, request: ctx.http?.req }
  const given = callOptions(settings, request, { signal })
  const { progressToken: _, ...claims } = meta
  return { ...(session !== undefined && { session }), ...given, metadata: { ...claims, ...given.metadata } }
}
