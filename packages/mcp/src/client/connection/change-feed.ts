import type { Peer } from './peer.ts'

/** News of a server's list of tools. */
export interface ChangeFeed {
  /** Resolves when the server has taken note; rejects where it refuses, though it will be asked again. */
  readonly opened: Promise<void>
  close(): void
}

const listChanged = 'notifications/tools/list_changed'
/** Milliseconds until a server is asked again that has ended its news, doubled each time. */
const firstWaitMs = 1000
const longestWaitMs = 60_000

/**
 * Follows the changes of a server's tools until it is closed. News that the server sends on request end with their
 * stream, which may be cut any time: it is asked again then, and what was missed meanwhile counts as a change.
 */
export function openChangeFeed(peer: Peer, onChange: () => void): ChangeFeed {
  const unlisten = peer.tap()?.onNotification((method) => {
    if (method === listChanged) onChange()
  })
  let isClosed = false
  let closeNews: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitMs = firstWaitMs
  const open = async (): Promise<void> => {
    try {
      const news = await peer.followTools()
      if (isClosed) return news?.close()
      closeNews = news?.close
      const openedAt = Date.now()
      void news?.ended.then(() => {
        if (Date.now() - openedAt > longestWaitMs) waitMs = firstWaitMs
        openLater()
      })
    } catch (error) {
      openLater()
      throw error
    }
  }
  const openLater = (): void => {
    // another connection has a feed of its own
    if (isClosed || !peer.isConnected()) return
    timer = setTimeout(() => void open().then(onChange, ignore), waitMs)
    timer.unref?.()
    waitMs = Math.min(2 * waitMs, longestWaitMs)
  }
  return {
    opened: open(),
    close() {
      isClosed = true
      clearTimeout(timer)
      unlisten?.()
      closeNews?.()
    },
  }
}

/** It is asked again. */
function ignore(): void {}
