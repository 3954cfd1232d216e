import type { ToolAnnotations, ToolExecution, ToolPolicy } from '@headrace/core'
import type { McpClient } from './connection/mcp-client.ts'

/** What is known of a tool of a server, whatever the server says of it. */
export interface McpToolHints {
  /** Hints by which calls are repeated, cached and started early. They win over the server's. */
  readonly annotations?: ToolAnnotations | undefined
  readonly policy?: ToolPolicy | undefined
  /** Whether calls run as jobs; what the server says of its tool where it is left out. */
  readonly execution?: ToolExecution | undefined
}

/** Something about a server that is not as it should be, and that took nothing down. */
export interface McpWarning {
  /** The tool, by the server's name of it. */
  readonly tool?: string | undefined
  readonly message: string
}

/** Told of a warning. */
export type Warn = (warning: McpWarning) => void

/** How the tools of a server are run. */
export interface McpToolsOptions {
  /** Takes the hints that the server gives of its tools. False by default: they are a stranger's claims. */
  readonly trustAnnotations?: boolean | undefined
  /** Stands before every tool's name, to keep servers apart: at most 32 characters of A-Z a-z 0-9 _ . - / */
  readonly prefix?: string | undefined
  /** What is known of each tool, by the server's name of it. Without hints a tool is neither repeated nor cached. */
  readonly tools?: Readonly<Record<string, McpToolHints>> | undefined
  /** The policy of all tools of this server. */
  readonly policy?: ToolPolicy | undefined
  /** Names the server in the key of its breaker, `mcp:<server>`; the prefix and the server's own name by default. */
  readonly server?: string | undefined
  /** The trace context of a call, asked when it starts: `traceparent`, `tracestate` and `baggage` go to the server. */
  readonly trace?: (() => Readonly<Record<string, string>>) | undefined
  /**
   * Makes a client that is connected, when the connection is lost and a call needs it: once for all calls that wait.
   * Who makes a client closes it.
   */
  readonly reconnect?: (() => Promise<McpClient>) | undefined
  /** Told of tools that are left out, and of schemas that cannot be used. */
  readonly onWarning?: ((warning: McpWarning) => void) | undefined
}

const functions = ['trace', 'reconnect', 'onWarning'] as const
const known = ['trustAnnotations', 'prefix', 'tools', 'policy', 'server', ...functions]
const knownHints = ['annotations', 'policy', 'execution']

/** Throws a TypeError for an option that nobody reads or that is of the wrong kind. */
export function checkMcpToolsOptions(where: string, options: McpToolsOptions): void {
  checkKeys(where, options, known)
  const { trustAnnotations, prefix, server, tools = {} } = options
  if (trustAnnotations !== undefined && typeof trustAnnotations !== 'boolean') {
    throw new TypeError(`${where}: trustAnnotations must be true or false`)
  }
  if (prefix !== undefined && !/^[A-Za-z0-9_.\-/]{0,32}$/.test(prefix)) {
    throw new TypeError(`${where}: prefix must be at most 32 characters of A-Z a-z 0-9 _ . - /`)
  }
  if (server !== undefined && (typeof server !== 'string' || server === '')) {
    throw new TypeError(`${where}: server must be a name`)
  }
  for (const name of functions) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw new TypeError(`${where}: ${name} must be a function`)
    }
  }
  for (const [name, hints] of Object.entries(tools)) checkKeys(`${where}: tools.${name}`, hints, knownHints)
}

/** Throws a TypeError for hints of tools that the server does not have. */
export function checkHintedTools(where: string, options: McpToolsOptions, names: readonly string[]): void {
  for (const name of Object.keys(options.tools ?? {})) {
    if (names.includes(name)) continue
    throw new TypeError(`${where}: tools has hints for '${name}', which the server does not list: ${names.join(', ')}`)
  }
}

function checkKeys(where: string, options: object, allowed: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key))
      throw new TypeError(`${where}: unknown option '${key}'; known are ${allowed.join(', ')}`)
  }
}
