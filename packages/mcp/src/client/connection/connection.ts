import { isSessionGone, isUnreachable, remoteFailure } from '../call/remote-failure.ts'
import { createLine, type Line, type RemoteWork } from './line.ts'
import type { McpClient } from './mcp-client.ts'
import { type Peer, peerOf } from './peer.ts'

/** The way to a server, through whatever client is connected to it. */
export interface Connection {
  /** The server behind the client of the moment. */
  readonly peer: Peer
  /**
   * Does work with a connected server; where the connection is closed, reconnects first, once for all who wait. Rejects
   * with a toolFailure, or with the signal's reason; at once when the connection breaks, whatever the client does.
   */
  run<T>(signal: AbortSignal, work: RemoteWork<T>): Promise<T>
  /** Told of every server that takes the place of one that was lost, until the function that it gives is called. */
  onReconnect(listener: (peer: Peer) => void): () => void
}

/** What {@link createConnection} takes. */
export interface ConnectionOptions {
  readonly reconnect?: (() => Promise<McpClient>) | undefined
}

/** Makes the connection of a client that is connected. */
export function createConnection(client: McpClient, { reconnect }: ConnectionOptions = {}): Connection {
  const listeners = new Set<(peer: Peer) => void>()
  let line = createLine(peerOf(client))
  let reconnecting: Promise<void> | undefined
  const renew = async (again: () => Promise<McpClient>): Promise<void> => {
    line = createLine(peerOf(await again()))
    for (const listener of listeners) listener(line.peer)
  }
  const open = async (): Promise<Line> => {
    if (reconnect !== undefined && !line.isOpen()) {
      reconnecting ??= renew(reconnect).finally(() => {
        reconnecting = undefined
      })
      await reconnecting
    }
    return line
  }
  const attempt = async <T>(signal: AbortSignal, work: RemoteWork<T>, mayRepeat: boolean): Promise<T> => {
    let used: Line | undefined
    try {
      used = await orAborted(open(), signal)
      return await used.run(signal, work)
    } catch (error) {
      signal.throwIfAborted()
      if (isUnreachable(error)) used?.leave()
      // refused unread: a new session may have it
      if (mayRepeat && used !== undefined && reconnect !== undefined && isSessionGone(error)) {
        return attempt(signal, work, false)
      }
      throw remoteFailure(error)
    }
  }
  return {
    get peer() {
      return line.peer
    },
    run: (signal, work) => attempt(signal, work, true),
    onReconnect(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Waits no longer than the signal allows. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
