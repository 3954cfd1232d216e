/**
 * A connected client of an MCP server, by its shape: `Client` of `@modelcontextprotocol/client` 2, and that of
 * `@modelcontextprotocol/sdk` 1. Who makes a client closes it.
 */
export interface McpClient {
  /** What it is connected by; undefined where it is not connected. */
  readonly transport: unknown
  /** What the server has said that it can do. */
  getServerCapabilities(): unknown
  /** What the server calls itself; undefined where it has not said so. */
  getServerVersion(): { readonly name: string } | undefined
  /** Sends a request and gives its answer. */
  request(request: never, schema: never, options?: never): Promise<unknown>
  /** Calls a tool of the server and gives its answer. */
  callTool(params: never, ...rest: never[]): Promise<unknown>
}

/** How one request to a server is made; times in milliseconds. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  readonly timeout?: number | undefined
  readonly onprogress?: ((progress: unknown) => void) | undefined
}

/** What a client has of which a caller of tools makes use, in the one version or the other. */
export interface ClientView {
  readonly transport: unknown
  readonly autoOpenedSubscription?: unknown
  getServerCapabilities(): unknown
  getServerVersion(): { readonly name: string } | undefined
  getProtocolEra?(): 'modern' | 'legacy' | undefined
  request(request: object, schema: object, options?: object): Promise<unknown>
  callTool(params: object, options?: object): Promise<unknown>
  listen?(filter: object): Promise<Subscription>
}

/** News that a client of version 2 has asked a server for. */
export interface Subscription {
  /** What the server will tell of what was asked for. */
  readonly honoredFilter: { readonly toolsListChanged?: boolean | undefined }
  readonly closed: Promise<unknown>
  close(): Promise<void>
}

/** The same client, seen with what its own version allows. */
export function viewOf(client: McpClient): ClientView {
  return client
}

/** A schema of either version of the SDK that takes what a server answers as it is: the answer is read here. */
export const anyAnswer: object = {
  '~standard': { version: 1, vendor: 'headrace', validate: (value: unknown) => ({ value }) },
  safeParse: (data: unknown) => ({ success: true, data }),
}
