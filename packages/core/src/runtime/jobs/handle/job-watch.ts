import type { Subscriber } from 'rxjs'
import type { JobView } from '../../../call/call-result.ts'
import { viewOf } from '../../../jobs/job-view.ts'
import type { JobRecord } from '../../../ports/job-store.ts'
import { isTerminalState } from '../../../ports/terminal-state.ts'
import type { SignalLink } from '../../../scope/signal-hub.ts'
import type { JobHost } from '../job-host.ts'
import { Pause } from '../pause.ts'

/** One subscription to a job: what is kept now, then what the store tells, each version once and in order. */
export class JobWatch {
  readonly #host: JobHost
  readonly #id: string
  readonly #subscriber: Subscriber<JobView>
  readonly #pause: Pause
  #version = 0
  #link: SignalLink | undefined

  constructor(host: JobHost, id: string, subscriber: Subscriber<JobView>) {
    this.#host = host
    this.#id = id
    this.#subscriber = subscriber
    this.#pause = new Pause(host.engine)
  }

  /** Gives the function that ends it. */
  start(): () => void {
    const { engine, access } = this.#host
    const { root, signals } = engine
    const unwatch = access.watch(this.#id, (job) => this.#tell(job))
    if (root.cancelled === undefined) this.#link = signals.join(root.signal, { cancel: () => void this.#close() })
    void this.#read()
    return () => {
      unwatch()
      if (this.#link !== undefined) signals.leave(this.#link)
      this.#pause.end()
    }
  }

  async #read(): Promise<void> {
    const { access, engine } = this.#host
    while (!this.#subscriber.closed) {
      try {
        const job = await access.ask((store, options) => store.get(this.#id, options))
        if (job === undefined) this.#subscriber.complete()
        else this.#tell(job)
        break
      } catch {
        if (engine.root.cancelled !== undefined) break
        await this.#pause.wait()
      }
    }
    if (engine.root.cancelled !== undefined) this.#subscriber.complete()
  }

  /** The runtime closes: the end that this gives to a job that runs here is still told. */
  async #close(): Promise<void> {
    await this.#host.runs.get(this.#id)?.written()
    this.#pause.end()
    this.#subscriber.complete()
  }

  #tell(job: JobRecord): void {
    if (job.version <= this.#version) return
    this.#version = job.version
    this.#subscriber.next(viewOf(job))
    if (isTerminalState(job.state)) this.#subscriber.complete()
  }
}
