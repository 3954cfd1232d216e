import type { Engine } from './engine.ts'
import type { StoreError } from './runtime-event.ts'

/** How long a call waits for one answer of a store; then it goes on without it. */
const patienceMs = 100

/** What a call goes on with when a store does not answer. */
interface Otherwise<T> {
  readonly store: StoreError['store']
  value(): T
  /** Told of an answer that came too late. */
  onLate?(answer: T): void
}

/** Waits for a store, but not for ever: a store that fails or hangs gives the other value, and an event. Never rejects. */
export function waitForStore<T>(engine: Engine, answer: PromiseLike<T>, otherwise: Otherwise<T>): Promise<T> {
  return new Promise((resolve) => {
    let isOver = false
    const giveUp = (error: unknown): void => {
      if (isOver) return
      isOver = true
      engine.storeFailed(otherwise.store, error)
      resolve(otherwise.value())
    }
    const onDeadline = (): void =>
      giveUp(new Error(`The ${otherwise.store} store gave no answer within ${patienceMs} ms.`))
    const limit = engine.timers.start({ onDeadline }, engine.clock.monotonic(), patienceMs)
    answer.then(
      (value) => {
        limit.cancel()
        if (isOver) return otherwise.onLate?.(value)
        isOver = true
        resolve(value)
      },
      (error: unknown) => {
        limit.cancel()
        giveUp(error)
      },
    )
  })
}
