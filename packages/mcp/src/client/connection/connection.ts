import type { ToolFailure } from '@headrace/core'
import { connectionLost, isSessionGone, isUnreachable, remoteFailure } from '../call/remote-failure.ts'
import type { McpClient } from './mcp-client.ts'
import { type Peer, peerOf } from './peer.ts'
import type { TransportTap } from './transport-tap.ts'

/** Milliseconds in which a server that is suspected to be gone has to show that it is not. */
const signOfLifeMs = 5000

/** Does its work with a server; the signal ends it. */
export type RemoteWork<T> = (peer: Peer, signal: AbortSignal) => Promise<T>

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
      if (isUnreachable(error)) used?.close(error)
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

/** One client's connection, and what is under way on it. */
interface Line {
  readonly peer: Peer
  isOpen(): boolean
  /** Ends it: what is under way on it fails, and it is used no more where there is a way to another. */
  close(error: unknown): void
  run<T>(signal: AbortSignal, work: RemoteWork<T>): Promise<T>
}

function createLine(peer: Peer): Line {
  const running = new Set<(failure: ToolFailure) => void>()
  let isClosed = false
  let isProbing = false
  const close = (error: unknown): void => {
    isClosed = true
    for (const fail of running) fail(connectionLost(error))
  }
  /** The stream of an answer breaks without a word to who waits for it; then the server may be gone, or well. */
  const probe = async (): Promise<void> => {
    if (isProbing || running.size === 0) return
    isProbing = true
    try {
      await peer.ping({ timeout: signOfLifeMs })
    } catch (error) {
      if (isUnreachable(error)) close(error)
    } finally {
      isProbing = false
    }
  }
  let heard: TransportTap | undefined
  const listen = (): void => {
    const tap = peer.tap()
    if (tap === heard) return
    heard = tap
    tap?.onError(() => void probe())
  }
  return {
    peer,
    isOpen: () => !isClosed && peer.isConnected(),
    close,
    run(signal, work) {
      listen()
      return new Promise((resolve, reject) => {
        const own = new AbortController()
        const end = (settle: () => void): void => {
          running.delete(fail)
          signal.removeEventListener('abort', onAbort)
          settle()
        }
        const stop = (reason: unknown): void => {
          end(() => reject(reason))
          own.abort(reason)
        }
        const fail = (failure: ToolFailure): void => stop(failure)
        const onAbort = (): void => stop(signal.reason)
        if (signal.aborted) return reject(signal.reason)
        running.add(fail)
        signal.addEventListener('abort', onAbort)
        work(peer, own.signal).then(
          (value) => end(() => resolve(value)),
          (error: unknown) => end(() => reject(error)),
        )
      })
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
