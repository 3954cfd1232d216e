/** The SDK's server side. */
export type ServerSdk = typeof import('@modelcontextprotocol/server')
/** The SDK's stdio side. */
export type StdioSdk = typeof import('@modelcontextprotocol/server/stdio')

/** Loads the SDK once it is needed: who only calls the tools of other servers need not have it. */
export function loadSdk(where: string): Promise<ServerSdk> {
  return import('@modelcontextprotocol/server').catch((cause: unknown) => explain(where, cause))
}

/** The same for stdio, which is on Node alone. */
export function loadStdio(where: string): Promise<StdioSdk> {
  return import('@modelcontextprotocol/server/stdio').catch((cause: unknown) => explain(where, cause))
}

function explain(where: string, cause: unknown): never {
  throw new Error(`${where} needs the package @modelcontextprotocol/server, version 2: install it`, { cause })
}
