import type { JobRecord } from '../../../ports/job-store.ts'
import type { JobHost } from '../job-host.ts'

/** Waits for another state of one job; it looks from its making on, so that nothing is missed before it is asked. */
export class StateWait {
  readonly #host: JobHost
  readonly #id: string
  readonly #unwatch: () => void
  #latest: JobRecord | undefined = undefined
  #look: () => void = () => undefined

  constructor(host: JobHost, id: string) {
    this.#host = host
    this.#id = id
    this.#unwatch = host.access.watch(id, (job) => {
      this.#latest = job
      this.#look()
    })
  }

  /** Gives the job when its state is another one than this version's; undefined after `ms` milliseconds, and when the runtime closes. */
  async until({ version, state }: JobRecord, ms: number): Promise<JobRecord | undefined> {
    const { engine, runs } = this.#host
    const { root, signals, timers, clock } = engine
    if (root.cancelled !== undefined) return undefined
    const changed = await new Promise<JobRecord | undefined>((resolve) => {
      const finish = (job: JobRecord | undefined): void => {
        limit?.cancel()
        signals.leave(link)
        resolve(job)
      }
      const limit =
        ms === Number.POSITIVE_INFINITY
          ? undefined
          : timers.start({ onDeadline: () => finish(undefined) }, clock.monotonic(), ms)
      const link = signals.join(root.signal, { cancel: () => finish(undefined) })
      this.#look = () => {
        const latest = this.#latest
        if (latest !== undefined && latest.version > version && latest.state !== state) finish(latest)
      }
      this.#look()
    })
    if (changed === undefined && root.cancelled !== undefined) await runs.get(this.#id)?.written()
    return changed
  }

  end(): void {
    this.#unwatch()
  }
}
