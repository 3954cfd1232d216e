/** Milliseconds between two looks at what is said to have changed: some servers say so all the time. */
const calmMs = 250

/** Looks at something that changes, one look at a time. */
export interface Looks {
  /** Looks as soon as may be, and resolves when that is done: who asks during a look shares the one after it. */
  now(): Promise<void>
  /** Something has changed: looks now, but not all the time. */
  changed(): void
  /** Looks no more. */
  close(): void
}

/** How it is looked. */
export interface LookOptions {
  readonly look: () => Promise<void>
  /** Told why a look after a change has failed. */
  readonly onError: (error: unknown) => void
}

/** Looks whenever it is asked to. */
export function createLooks({ look, onError }: LookOptions): Looks {
  let last: Promise<unknown> = Promise.resolve()
  let next: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let changedAt = Number.NEGATIVE_INFINITY
  let isClosed = false
  const begin = (): Promise<void> | undefined => {
    next = undefined
    return isClosed ? undefined : look()
  }
  const now = (): Promise<void> => {
    next ??= last.then(begin, begin)
    last = next
    return next
  }
  const follow = (): void => {
    timer = undefined
    changedAt = performance.now()
    now().catch(onError)
  }
  return {
    now,
    changed() {
      if (isClosed || timer !== undefined) return
      const waitMs = changedAt + calmMs - performance.now()
      if (waitMs <= 0) return follow()
      timer = setTimeout(follow, waitMs)
      timer.unref?.()
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
