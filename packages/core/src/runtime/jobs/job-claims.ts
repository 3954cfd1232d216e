import { endUnknown, release } from '../../jobs/job-changes.ts'
import type { Timer } from '../../ports/clock.ts'
import type { JobRecord } from '../../ports/job-store.ts'
import { type JobHost, tellChange } from './job-host.ts'
import { RootTask } from './root-task.ts'
import { JobRun } from './run/job-run.ts'

/** Jobs that run here before no more of others' are taken. */
const mostRuns = 100
/** How often one job is begun: what so many runners did not survive may be what ends them. */
const mostAttempts = 10

/**
 * Takes over the jobs of runners that are gone: when the runtime begins, and again and again. It keeps no process
 * alive.
 */
export class JobClaims {
  readonly #host: JobHost
  #timer: Timer | undefined
  #isOver = false

  constructor(host: JobHost) {
    this.#host = host
  }

  /** The first round comes when whoever made the runtime has had its turn: it may register tools and listen. */
  start(): void {
    this.#host.engine.root.onClose(() => this.#stop())
    queueMicrotask(() => void this.#round())
  }

  #stop(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }

  async #round(): Promise<void> {
    const { root, clock } = this.#host.engine
    if (root.isClosing) return
    const task = new RootTask(root)
    try {
      while (await this.#claimOne());
    } catch {
      // told by whoever asks the store; the next round comes
    }
    if (!this.#isOver && !root.isClosing) {
      this.#timer = clock.setTimer(this.#host.leaseMs / 3, () => void this.#round())
      this.#timer.unref?.()
    }
    task.end()
  }

  /** False when there is none, or no more can be taken. */
  async #claimOne(): Promise<boolean> {
    const { engine, access, runs, leaseMs } = this.#host
    const tools = engine.registry.names()
    if (tools.length === 0 || runs.size >= mostRuns || engine.root.isClosing) return false
    const job = await access.ask(
      (store, options) => store.claim(engine.id, leaseMs, { ...options, tools }),
      (late) => late !== undefined && this.#giveBack(late),
    )
    if (job === undefined) return false
    const run = runs.get(job.id)
    if (run !== undefined) run.adopt(job)
    else if (!mayBegin(job)) await this.#giveUp(job)
    else new JobRun(this.#host, job, job.attempt - 1).start()
    return true
  }

  /** An answer that came too late: nobody runs it here. */
  #giveBack({ id, version, attempt }: JobRecord): void {
    this.#host.access
      .ask((store, options) => store.update(id, version, release(attempt - 1), options))
      .catch(() => false)
  }

  /** It may have taken effect, and is not to run again. One that moves meanwhile comes back with the next claim. */
  async #giveUp(job: JobRecord): Promise<void> {
    const { id, version, state } = job
    const ended = await this.#host.access.ask((store, options) => store.update(id, version, endUnknown(job), options))
    if (ended !== false) tellChange(this.#host, ended, state)
  }
}

/** Whether a job may be begun, as its claim gave it. */
function mayBegin({ attempt, mayRepeat }: JobRecord): boolean {
  return attempt <= (mayRepeat ? mostAttempts : 1)
}
