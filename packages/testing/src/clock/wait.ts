import type { Clock } from '@headrace/core'

/** Waits; rejects with the signal's reason as soon as that is aborted, and leaves no timer and no listener. */
export function wait(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (signal?.aborted) {
    reject(signal.reason)
    return promise
  }
  const timer = clock.setTimer(ms, () => {
    signal?.removeEventListener('abort', abort)
    resolve()
  })
  const abort = (): void => {
    timer.cancel()
    reject(signal?.reason)
  }
  signal?.addEventListener('abort', abort, { once: true })
  return promise
}
