import { CancelReason } from '@headrace/core'

/** The calls that a server runs for its clients. */
export interface RunningCalls {
  /** No more calls are begun. */
  readonly isClosing: boolean
  /** Runs one; its signal is aborted when the server cannot wait for it any longer. */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Begins no more, waits up to `drain` milliseconds for those that run, cancels the others and waits for their end. */
  close(drain: number): Promise<void>
}

/** Keeps count of the calls that a server runs. */
export function createRunningCalls(): RunningCalls {
  const running = new Map<AbortController, Promise<unknown>>()
  let isClosing = false
  const settled = async (): Promise<void> => {
    while (running.size > 0) await Promise.allSettled(running.values())
  }
  return {
    get isClosing() {
      return isClosing
    },
    run(work) {
      const controller = new AbortController()
      const result = work(controller.signal)
      const leave = (): void => void running.delete(controller)
      running.set(controller, result)
      result.then(leave, leave)
      return result
    },
    async close(drain) {
      isClosing = true
      if (drain > 0) await within(settled(), drain)
      for (const controller of running.keys()) controller.abort(new CancelReason('shutdown', 'The server closes.'))
      await settled()
    },
  }
}

/** Waits for the work, but no longer than `ms`. */
function within(work: Promise<void>, ms: number): Promise<void> {
  if (ms === Number.POSITIVE_INFINITY) return work
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, 2_147_483_647))
    void work.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
