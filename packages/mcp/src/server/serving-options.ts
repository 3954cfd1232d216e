import type { CallOptions } from '@headrace/core'
import type { AuthInfo } from '@modelcontextprotocol/server'

/** What is known of a client's request, to choose the options of a call by. */
export interface McpRequest {
  /** The tool that is called, by its name in the runtime; undefined where a client asks for a task. */
  readonly tool: string | undefined
  /** The connection over stdio, or the MCP session over HTTP; undefined where a client has none. */
  readonly session: string | undefined
  /** The request's `_meta`: what a client claims. */
  readonly meta: Readonly<Record<string, unknown>>
  /** Who the client is, as whoever handed the HTTP request in has found out; never read from headers here. */
  readonly authInfo?: AuthInfo | undefined
  /** The HTTP request. */
  readonly request?: Request | undefined
}

/** How a runtime's tools are served. Durations are milliseconds. */
export interface McpServingOptions {
  /** What clients show as the server's name; `headrace` by default. */
  readonly name?: string | undefined
  /** What clients show as its version; `1.0.0` by default. */
  readonly version?: string | undefined
  /** The name for people, where it differs. */
  readonly title?: string | undefined
  /** What a model should know before it uses the tools. */
  readonly instructions?: string | undefined
  /**
   * The tenant, session, deadline and the like of a call; its signal is added to the client's own, its metadata to the
   * request's `_meta`. A client sees the tasks of its own tenant only.
   */
  readonly options?: ((request: McpRequest) => CallOptions) | undefined
  /** Characters of an output that are shown as text; 50,000 by default. Structured content is not cut. */
  readonly maxCharacters?: number | undefined
  /**
   * How long a tool with `taskSupport: 'optional'` may take before a client that knows tasks is given one; 1,000 by
   * default.
   */
  readonly taskAfterMs?: number | undefined
  /**
   * How long a client that does not know tasks waits for a tool that runs as one; 300,000, five minutes, by default. A
   * task that takes longer is cancelled, since nobody could ask for its result.
   */
  readonly maxWaitMs?: number | undefined
  /** Told of errors that no client can be told of. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** {@link McpServingOptions}, complete. */
export interface ServingSettings {
  readonly info: { readonly name: string; readonly version: string; readonly title?: string }
  readonly instructions: string | undefined
  readonly options: ((request: McpRequest) => CallOptions) | undefined
  readonly maxCharacters: number | undefined
  readonly taskAfterMs: number
  readonly maxWaitMs: number
  readonly onError: (error: unknown) => void
}

/** The options that every way of serving takes. */
export const servingKeys = [
  'name',
  'version',
  'title',
  'instructions',
  'options',
  'maxCharacters',
  'taskAfterMs',
  'maxWaitMs',
  'onError',
] as const

/** Completes the options; throws where one makes no sense, or nobody reads it. */
export function resolveServing(where: string, given: McpServingOptions, known: readonly string[]): ServingSettings {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown option '${key}'; known are ${known.join(', ')}`)
  }
  const { name = 'headrace', version = '1.0.0', title, taskAfterMs = 1000, maxWaitMs = 300_000 } = given
  for (const [key, value] of Object.entries({ name, version, title, instructions: given.instructions })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      throw new TypeError(`${where}: ${key} must be a text that is not empty`)
    }
  }
  checkMs(where, { taskAfterMs, maxWaitMs })
  for (const [key, value] of Object.entries({ options: given.options, onError: given.onError })) {
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${where}: ${key} must be a function`)
  }
  const { maxCharacters } = given
  if (maxCharacters !== undefined && !(Number.isInteger(maxCharacters) && maxCharacters >= 1)) {
    throw new RangeError(`${where}: maxCharacters must be an integer >= 1, got ${String(maxCharacters)}`)
  }
  return {
    info: { name, version, ...(title !== undefined && { title }) },
    instructions: given.instructions,
    options: given.options,
    maxCharacters,
    taskAfterMs,
    maxWaitMs,
    onError: given.onError ?? ignore,
  }
}

/** Throws a RangeError for one of these that is no length of time. */
export function checkMs(where: string, times: Readonly<Record<string, number | undefined>>): void {
  for (const [key, value] of Object.entries(times)) {
    if (value === undefined || (typeof value === 'number' && value >= 0)) continue
    throw new RangeError(`${where}: ${key} must be a number >= 0, in milliseconds, or Infinity, got ${String(value)}`)
  }
}

/** What cannot be told to a client is of no interest to who has not asked for it. */
function ignore(): void {}
