import { isRecord } from '../../content/mcp-content.ts'

/** The extension of MCP in which a server answers a call with a task. */
export const tasksExtension = 'io.modelcontextprotocol/tasks'
/** In the `_meta` of a request: this caller takes a task for an answer. */
export const taskWanted = 'headrace/task-wanted'
/** In the `_meta` of an answer: the task that the server answered with. */
export const taskGiven = 'headrace/task-given'

const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'
/** Requests that wait for an answer at once; those that were cancelled never get one. */
const mostWanting = 10_000

interface Transport {
  onerror?: ((error: unknown) => void) | undefined
  onmessage?: ((message: unknown, extra?: unknown) => void) | undefined
  send(message: unknown, options?: unknown): Promise<void>
}

/** What passes over a transport, seen before the client sees it. */
export interface TransportTap {
  /** Told of every notification of the server, by its method, until the function that it gives is called. */
  onNotification(listener: (method: string) => void): () => void
  /** Told of every error of the transport, until the function that it gives is called. */
  onError(listener: () => void): () => void
}

const taps = new WeakMap<object, TransportTap>()

/**
 * Listens on the transport of a connected client, once for each. The SDK's client refuses answers that are tasks, and
 * loses them: those that the caller wants reach it as a result whose `_meta` carries the task. All else passes as it is.
 */
export function tapTransport(transport: unknown): TransportTap | undefined {
  if (!isTransport(transport)) return undefined
  const tap = taps.get(transport) ?? createTap(transport)
  taps.set(transport, tap)
  return tap
}

function createTap(transport: Transport): TransportTap {
  const listeners = new Set<(method: string) => void>()
  const errorListeners = new Set<() => void>()
  const wanting = new Set<unknown>()
  const { send, onmessage, onerror } = transport
  Object.assign(transport, {
    send(message, options) {
      const offered = offerTasks(message)
      if (offered !== undefined) wanting.add(offered.id)
      if (wanting.size > mostWanting) wanting.delete(wanting.values().next().value)
      return send.call(transport, offered ?? message, options)
    },
    onmessage(message, extra) {
      const isAnswer = isRecord(message) && !('method' in message) && wanting.delete(message.id)
      onmessage?.call(transport, isAnswer ? carryTask(message) : message, extra)
      if (!isRecord(message) || typeof message.method !== 'string' || 'id' in message) return
      for (const listener of listeners) listener(message.method)
    },
    onerror(error) {
      onerror?.call(transport, error)
      for (const listener of [...errorListeners]) listener()
    },
  } satisfies Transport)
  return {
    onNotification(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onError(listener) {
      errorListeners.add(listener)
      return () => errorListeners.delete(listener)
    },
  }
}

function isTransport(value: unknown): value is Transport {
  return typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function'
}

/** A request of a caller who takes a task, with the capability that says so; undefined for any other message. */
function offerTasks(message: unknown): { readonly id: unknown } | undefined {
  if (!isRecord(message)) return undefined
  const { _meta: given } = asRecord(message.params)
  const { [taskWanted]: wanted, ...meta } = asRecord(given)
  if (wanted !== true) return undefined
  const capabilities = asRecord(meta[capabilitiesKey])
  const extensions = { ...asRecord(capabilities.extensions), [tasksExtension]: {} }
  const params = { ...asRecord(message.params), _meta: { ...meta, [capabilitiesKey]: { ...capabilities, extensions } } }
  return Object.assign({}, message, { id: message.id, params })
}

/** `isError` keeps the client from looking for the output, which is yet to come. */
function carryTask(message: Readonly<Record<string, unknown>>): unknown {
  const { result } = message
  if (!isRecord(result) || result.resultType !== 'task') return message
  const { _meta, ...task } = result
  return {
    ...message,
    result: { resultType: 'complete', content: [], isError: true, _meta: { ...asRecord(_meta), [taskGiven]: task } },
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
