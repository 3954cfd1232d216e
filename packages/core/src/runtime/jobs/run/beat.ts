import type { Engine } from '../../engine/engine.ts'
import type { Deadline, DeadlineOwner } from '../../engine/timer-lists.ts'

/** Something that is done again and again at the same distance. */
export class Beat implements DeadlineOwner {
  readonly #engine: Engine
  readonly #everyMs: number
  readonly #run: () => void
  #next: Deadline | undefined = undefined

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
    this.#next = this.#engine.timers.start(this, this.#engine.clock.monotonic(), this.#everyMs)
  }

  stop(): void {
    this.#next?.cancel()
    this.#next = undefined
  }

  onDeadline(): void {
    this.start()
    this.#run()
  }
}
