import {
  checkMs,
  type McpServingOptions,
  resolveServing,
  type ServingSettings,
  servingKeys,
} from '../serving-options.ts'
import type { SourceRules } from './check-source.ts'
import type { SessionLimits } from './session-store.ts'

/** How a runtime's tools are served over HTTP. */
export interface McpHandlerOptions extends McpServingOptions {
  /**
   * Host names, without ports, under which the server is reached: `localhost`, `127.0.0.1` and `[::1]` by default. A
   * request for any other is refused, since a web page may have sent it by DNS rebinding. `'any'` where something in
   * front checks it.
   */
  readonly hosts?: readonly string[] | 'any' | undefined
  /** Host names of the sites whose pages may send requests; `hosts` by default. Clients that are no browser name none. */
  readonly origins?: readonly string[] | 'any' | undefined
  /** The largest body of a request that is read; 4,194,304, 4 MiB, by default. */
  readonly maxBodyBytes?: number | undefined
  /**
   * Sessions for clients of revisions before 2026-07-28, kept in this process: they can cancel a call, and hear that the
   * tools have changed. `false` answers each request by itself, for servers that share no memory.
   */
  readonly sessions?: McpSessionOptions | false | undefined
}

/** How sessions are kept. */
export interface McpSessionOptions {
  /** Milliseconds that a session is kept without a request or an open stream; 1,800,000, half an hour, by default. */
  readonly idleMs?: number | undefined
  /** Sessions kept at once; for a new one, the one that was idle the longest is closed. 1,000 by default. */
  readonly max?: number | undefined
}

/** {@link McpHandlerOptions}, complete. */
export interface HandlerSettings {
  readonly serving: ServingSettings
  readonly source: SourceRules
  readonly maxBodyBytes: number
  readonly sessions: SessionLimits | undefined
}

const where = 'mcpHandler'
const loopback = ['localhost', '127.0.0.1', '[::1]']

/** Completes the options; throws where one makes no sense, or nobody reads it. */
export function resolveHandler(options: McpHandlerOptions): HandlerSettings {
  const known = [...servingKeys, 'hosts', 'origins', 'maxBodyBytes', 'sessions']
  const { maxBodyBytes = 4_194_304, sessions = {} } = options
  const serving = resolveServing(where, options, known)
  checkCount('maxBodyBytes', maxBodyBytes)
  return { serving, source: resolveSource(options), maxBodyBytes, sessions: resolveSessions(sessions) }
}

function resolveSource({ hosts = loopback, origins = hosts }: McpHandlerOptions): SourceRules {
  for (const [key, names] of Object.entries({ hosts, origins })) {
    if (names === 'any' || (Array.isArray(names) && names.every(isHostName))) continue
    throw new TypeError(`${where}: ${key} must be 'any' or a list of host names without scheme and port`)
  }
  return { hosts: hosts === 'any' ? undefined : hosts, origins: origins === 'any' ? undefined : origins }
}

function isHostName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && !/^https?:|:\d+$/.test(name)
}

function resolveSessions(sessions: McpSessionOptions | false): SessionLimits | undefined {
  if (sessions === false) return undefined
  const { idleMs = 1_800_000, max = 1000 } = sessions
  checkMs(where, { 'sessions.idleMs': idleMs })
  checkCount('sessions.max', max)
  return { idleMs, max }
}

function checkCount(key: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw new RangeError(`${where}: ${key} must be an integer >= 1, got ${String(value)}`)
}
