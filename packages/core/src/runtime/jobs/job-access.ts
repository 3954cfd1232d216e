import type { JobStore } from '../../ports/job-store.ts'
import type { Awaitable, PortOptions } from '../../ports/port-options.ts'
import { after } from '../engine/after.ts'
import type { Engine } from '../engine/engine.ts'
import { isThenable } from '../engine/is-thenable.ts'

/** Milliseconds within which the store has to answer. */
const patienceMs = 5000

/** What the store is asked. */
export type Question<T> = (store: JobStore, options: PortOptions) => Awaitable<T>

/**
 * The way to the store of jobs: gives its answer, or rejects where it fails or hangs. Nothing else can answer for it.
 * Each failure is told.
 */
export class JobAccess {
  readonly #engine: Engine
  readonly #store: JobStore

  constructor(engine: Engine, store: JobStore) {
    this.#engine = engine
    this.#store = store
  }

  /** Jobs outlive the runtime: others run on what it leaves. */
  get isKept(): boolean {
    return this.#store.supports.durable || this.#store.supports.shared
  }

  /** Asks the store; `onLate` is told of an answer that nobody waits for any more. */
  async ask<T>(question: Question<T>, onLate?: (answer: T) => unknown): Promise<T> {
    try {
      const answer = question(this.#store, { now: this.#engine.clock.now() })
      return isThenable(answer) ? await this.#wait(answer, onLate) : answer
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  /** Tells changes of the job until the function that it gives is called. */
  watch(id: string, listener: Parameters<JobStore['watch']>[1]): () => void {
    try {
      return this.#store.watch(id, listener)
    } catch (error) {
      this.#failed(error)
      return () => undefined
    }
  }

  #failed(error: unknown): void {
    this.#engine.emit({ type: 'store-error', at: this.#engine.clock.now(), store: 'job', error })
  }

  #wait<T>(answer: PromiseLike<T>, onLate: ((answer: T) => unknown) | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      let isOver = false
      const limit = after(this.#engine, patienceMs, () => {
        isOver = true
        reject(new Error(`The job store gave no answer within ${patienceMs} ms.`))
      })
      answer.then(
        (value) => {
          limit?.cancel()
          if (isOver) onLate?.(value)
          else resolve(value)
        },
        (error: unknown) => {
          limit?.cancel()
          reject(error)
        },
      )
    })
  }
}
