import type { ServerSdk } from '../load-sdk.ts'

/** From where requests may come. */
export interface SourceRules {
  /** Names, without a port, that a `Host` header may have; undefined takes any. */
  readonly hosts: readonly string[] | undefined
  /** Names of sites whose pages may send requests; undefined takes any. */
  readonly origins: readonly string[] | undefined
}

/**
 * Refuses a request that a web page sends to a server it is not meant for: DNS rebinding makes a page's own name point to
 * the loopback, but cannot change the `Host` and `Origin` that the browser sends.
 */
export function checkSource(sdk: ServerSdk, request: Request, { hosts, origins }: SourceRules): Response | undefined {
  // a request that was never on a wire has no such header
  const host = request.headers.get('host') ?? new URL(request.url).host
  const checks = [
    hosts && sdk.validateHostHeader(host, [...hosts]),
    origins && sdk.validateOriginHeader(request.headers.get('origin'), [...origins]),
  ]
  for (const check of checks) if (check && !check.ok) return refusal(403, check.message)
  return undefined
}

/** An HTTP error as MCP writes it. */
export function refusal(status: number, message: string, code = -32_000): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status })
}
