import { keepAlive } from '../../../jobs/job-changes.ts'
import type { JobChange, JobRecord } from '../../../ports/job-store.ts'
import { isTerminalState } from '../../../ports/terminal-state.ts'
import { type JobHost, tellChange } from '../job-host.ts'
import { Pause } from '../pause.ts'

/** Whom a {@link JobWriter} tells what it learns. */
export interface JobWatcher {
  /** A newer version of the job, which is still held here. */
  onRecord(job: JobRecord): void
  /** The job has ended, here or elsewhere, is held by another runtime, or is kept no more: nothing is written any more. */
  onLost(job: JobRecord | undefined): void
}

/**
 * Writes the changes of one job that is held here: one after the other, those that wait together as one, each as a
 * compare-and-set against the newest version known. Every write keeps the job alive. A write that fails is repeated
 * until it succeeds, the job is somebody else's, or the runtime is cancelled.
 */
export class JobWriter {
  record: JobRecord
  /** Nothing will be written any more. */
  isOver = false
  readonly #host: JobHost
  readonly #watcher: JobWatcher
  readonly #pause: Pause
  #next: JobChange | undefined
  /** No change is taken any more: the last one was. */
  #isEnding = false
  #writing: Promise<void> | undefined
  #whenTried: (() => void)[] = []

  constructor(host: JobHost, record: JobRecord, watcher: JobWatcher) {
    this.#host = host
    this.record = record
    this.#watcher = watcher
    this.#pause = new Pause(host.engine)
  }

  write(change: JobChange = {}): void {
    if (this.#isEnding || this.isOver) return
    this.#next = { ...this.#next, ...change }
    this.#writing ??= this.#writeAll()
  }

  /** Writes the last change. */
  end(change: JobChange): void {
    this.write(change)
    this.#isEnding = true
  }

  /** Resolves when nothing waits to be written. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  /** Resolves when what waits is written, or a write has failed. */
  tried(): Promise<void> {
    if (this.#writing === undefined) return Promise.resolve()
    return new Promise((resolve) => this.#whenTried.push(resolve))
  }

  /** Goes on at once where it waits for its next try. */
  wake(): void {
    this.#pause.end()
  }

  /** A version of the job became known. */
  see(job: JobRecord): void {
    if (this.isOver || job.version <= this.record.version) return
    this.record = job
    if (job.owner === this.#host.engine.id && !isTerminalState(job.state)) this.#watcher.onRecord(job)
    else this.#lose(job)
  }

  /** Changes of one tick are one write. */
  async #writeAll(): Promise<void> {
    await Promise.resolve()
    for (let change = this.#take(); change !== undefined && !this.isOver; change = this.#take()) {
      try {
        await this.#writeOne(change)
        this.#pause.reset()
      } catch {
        this.#putBack(change)
        this.#tellTried()
        if (this.#host.engine.root.cancelled !== undefined) break
        await this.#pause.wait()
      }
    }
    if (this.#isEnding) this.isOver = true
    this.#next = undefined
    this.#writing = undefined
    this.#tellTried()
  }

  #take(): JobChange | undefined {
    const change = this.#next
    this.#next = undefined
    return change
  }

  #putBack(change: JobChange): void {
    this.#next = { ...change, ...this.#next }
  }

  async #writeOne(change: JobChange): Promise<void> {
    const { access, engine, leaseMs } = this.#host
    const { id, version, state } = this.record
    const written = await access.ask((store, options) =>
      store.update(id, version, { ...keepAlive(engine.id, leaseMs, options.now), ...change }, options),
    )
    if (written === false) return this.#writeAgain(change, version)
    tellChange(this.#host, written, state)
    if (this.#isEnding && this.#next === undefined) this.isOver = true
    else this.see(written)
  }

  /** The version moved: the change goes onto the newest one, if it is still ours to make. */
  async #writeAgain(change: JobChange, refused: number): Promise<void> {
    const { id } = this.record
    const job = await this.#host.access.ask((store, options) => store.get(id, options))
    if (job === undefined) return this.#lose(job)
    if (job.version === refused) throw new Error('The job store refuses the newest version.')
    this.see(job)
    this.#putBack(change)
  }

  #lose(job: JobRecord | undefined): void {
    this.isOver = true
    this.#watcher.onLost(job)
  }

  #tellTried(): void {
    for (const resume of this.#whenTried.splice(0)) resume()
  }
}
