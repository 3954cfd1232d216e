import { after } from '../engine/after.ts'
import type { Engine } from '../engine/engine.ts'
import type { Deadline } from '../engine/timer-lists.ts'

const shortestMs = 250
const longestMs = 30_000

/** Waits between tries: 250 ms, twice as long each time, at most 30 s. A wait can be ended from outside. */
export class Pause {
  readonly #engine: Engine
  #tries = 0
  #resume: (() => void) | undefined
  #limit: Deadline | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  wait(): Promise<void> {
    const ms = Math.min(longestMs, shortestMs * 2 ** this.#tries)
    this.#tries += 1
    return new Promise((resolve) => {
      this.#resume = resolve
      this.#limit = after(this.#engine, ms, resolve)
    })
  }

  /** The next wait is the shortest again. */
  reset(): void {
    this.#tries = 0
  }

  end(): void {
    this.#limit?.cancel()
    this.#resume?.()
  }
}
