import type { ToolFailure } from '@headrace/core'
import { connectionLost, isUnreachable } from '../call/remote-failure.ts'
import type { Peer } from './peer.ts'
import type { TransportTap } from './transport-tap.ts'

/** Milliseconds in which a server that is suspected to be gone has to show that it is not. */
const signOfLifeMs = 5000

/** Does its work with a server; the signal ends it. */
export type RemoteWork<T> = (peer: Peer, signal: AbortSignal) => Promise<T>

/** One client's connection, and what is under way on it. */
export interface Line {
  readonly peer: Peer
  isOpen(): boolean
  /** Is used no more where there is a way to another; what is under way ends by itself. */
  leave(): void
  /**
   * Does work with the server. Rejects as the work does, with the signal's reason, or with a toolFailure when the server
   * turns out to be gone.
   */
  run<T>(signal: AbortSignal, work: RemoteWork<T>): Promise<T>
}

/** Makes the line to a server. */
export function createLine(peer: Peer): Line {
  const running = new Set<(failure: ToolFailure) => void>()
  let isLeft = false
  let isProbing = false
  /** The stream of an answer breaks without a word to who waits for it; then the server may be gone, or well. */
  const probe = async (): Promise<void> => {
    if (isProbing || running.size === 0) return
    isProbing = true
    try {
      await peer.ping({ timeout: signOfLifeMs })
    } catch (error) {
      if (!isUnreachable(error)) return
      isLeft = true
      for (const fail of running) fail(connectionLost(error))
    } finally {
      isProbing = false
    }
  }
  let heard: TransportTap | undefined
  let unlisten: (() => void) | undefined
  const listen = (): void => {
    const tap = peer.tap()
    if (tap === heard) return
    unlisten?.()
    heard = tap
    unlisten = tap?.onError(() => void probe())
  }
  /** A client outlives many lines: none is kept by it that nobody uses. */
  const rest = (): void => {
    unlisten?.()
    unlisten = undefined
    heard = undefined
  }
  return {
    peer,
    isOpen: () => !isLeft && peer.isConnected(),
    leave() {
      isLeft = true
    },
    run(signal, work) {
      if (!signal.aborted) listen()
      return runOn({ running, signal, onIdle: rest }, (own) => work(peer, own))
    },
  }
}

interface Run {
  readonly running: Set<(failure: ToolFailure) => void>
  readonly signal: AbortSignal
  /** Told when nothing runs any more. */
  readonly onIdle: () => void
}

/** Runs work until it ends, its signal is aborted, or it is told that it has failed. */
function runOn<T>({ running, signal, onIdle }: Run, work: (own: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const own = new AbortController()
    const end = (settle: () => void): void => {
      running.delete(stop)
      if (running.size === 0) onIdle()
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const stop = (reason: unknown): void => {
      end(() => reject(reason))
      own.abort(reason)
    }
    const onAbort = (): void => stop(signal.reason)
    if (signal.aborted) return reject(signal.reason)
    running.add(stop)
    // a signal of its own for each request: version 1 of the SDK never takes its listeners away
    signal.addEventListener('abort', onAbort)
    work(own.signal).then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    )
  })
}
