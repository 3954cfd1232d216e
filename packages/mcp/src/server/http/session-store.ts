/** A session that is kept while its client may come back. */
export interface KeptSession {
  close(): Promise<void>
}

/** Which sessions are kept, and for how long. */
export interface SessionLimits {
  /** Milliseconds that a session is kept without a request or an open stream. */
  readonly idleMs: number
  /** Sessions kept at once: for a new one, the one that was idle the longest is closed. */
  readonly max: number
}

/** The sessions of a server, by id. */
export interface SessionStore<S extends KeptSession> {
  /** Keeps a session; false where all that are kept are in use. */
  add(id: string, session: S): boolean
  /** The session, in use until it is released as often as it was taken. */
  take(id: string): S | undefined
  release(id: string): void
  remove(id: string): void
  close(): Promise<void>
}

interface Entry<S> {
  readonly session: S
  uses: number
  idle: ReturnType<typeof setTimeout> | undefined
}

/** Keeps sessions while they are in use, and a while longer. */
export function createSessionStore<S extends KeptSession>({ idleMs, max }: SessionLimits): SessionStore<S> {
  const entries = new Map<string, Entry<S>>() // in the order of their last use
  const remove = (id: string): Entry<S> | undefined => {
    const entry = entries.get(id)
    clearTimeout(entry?.idle)
    entries.delete(id)
    return entry
  }
  const expire = (id: string): void => void remove(id)?.session.close()
  const rest = (id: string, entry: Entry<S>): void => {
    entries.delete(id)
    entries.set(id, entry)
    if (!Number.isFinite(idleMs)) return
    entry.idle = setTimeout(expire, Math.min(idleMs, 2_147_483_647), id)
    if (typeof entry.idle === 'object') entry.idle.unref() // a session that waits keeps no process alive
  }
  return {
    add(id, session) {
      const oldest = entries.size >= max ? [...entries].find(([, { uses }]) => uses === 0) : undefined
      if (oldest !== undefined) expire(oldest[0])
      if (entries.size >= max) return false
      rest(id, { session, uses: 0, idle: undefined })
      return true
    },
    take(id) {
      const entry = entries.get(id)
      if (entry === undefined) return undefined
      clearTimeout(entry.idle)
      entry.uses++
      return entry.session
    },
    release(id) {
      const entry = entries.get(id)
      if (entry === undefined) return
      entry.uses--
      if (entry.uses === 0) rest(id, entry)
    },
    remove: (id) => void remove(id),
    async close() {
      await Promise.all(Array.from(entries.keys(), async (id) => remove(id)?.session.close()))
    },
  }
}
