import { after } from '../../engine/after.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Deadline } from '../../engine/timer-lists.ts'

/** Something that is done again and again at the same distance. */
export class Beat {
  readonly #engine: Engine
  readonly #everyMs: number
  readonly #run: () => void
  #next: Deadline | undefined

  constructor(engine: Engine, everyMs: number, run: () => void) {
    this.#engine = engine
    this.#everyMs = everyMs
    this.#run = run
  }

  get isRunning(): boolean {
    return this.#next !== undefined
  }

  /** The first time comes after one distance; a beat that runs begins anew. */
  start(): void {
    this.#next?.cancel()
    this.#next = after(this.#engine, this.#everyMs, () => {
      this.start()
      this.#run()
    })
  }

  stop(): void {
    this.#next?.cancel()
    this.#next = undefined
  }
}
