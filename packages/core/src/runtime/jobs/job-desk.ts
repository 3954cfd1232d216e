import { CancelReason } from '../../errors/cancel-reason.ts'
import { isSameJob } from '../../jobs/same-job.ts'
import type { JobRecord } from '../../ports/job-store.ts'
import type { CallRequest } from '../engine/call-request.ts'
import { runtimeClosed } from '../engine/refusal.ts'
import { JobHandle } from './handle/job-handle.ts'
import { draftJob, type JobDefaults } from './job-draft.ts'
import { idempotencyConflict, jobStoreFailed } from './job-errors.ts'
import { type JobHost, tellChange } from './job-host.ts'
import { RootTask } from './root-task.ts'
import { JobRun } from './run/job-run.ts'

/** What became of a submission. */
export interface Submitted {
  readonly job: JobRecord
  /** False: it is a job that was there before. */
  readonly isNew: boolean
}

/** Takes jobs in: writes them down, and starts them. */
export class JobDesk {
  readonly host: JobHost
  readonly #defaults: JobDefaults

  constructor(host: JobHost, defaults: JobDefaults) {
    this.host = host
    this.#defaults = defaults
  }

  /** Resolves when the job is kept; it runs from then on. Rejects with a ToolError where it is not. */
  async submit(request: CallRequest): Promise<Submitted> {
    const task = new RootTask(this.host.engine.root)
    try {
      const draft = await draftJob(this.host.engine, request, this.#defaults)
      const { created, job } = await this.#create(draft)
      if (created) this.#start(job)
      else if (!isSameJob(job, draft)) throw idempotencyConflict(draft, draft.idempotencyKey)
      return { job, isNew: created }
    } finally {
      task.end()
    }
  }

  /** Ends a job that nobody will ever ask for, because its submitter has left. */
  drop(submission: Promise<Submitted>, reason: unknown): void {
    submission
      .then(({ job, isNew }) => (isNew ? this.handle(job).cancelWith(reason) : undefined))
      .catch(() => undefined)
  }

  handle(job: JobRecord): JobHandle {
    return new JobHandle(this.host, job)
  }

  async #create(draft: JobRecord): Promise<{ readonly created: boolean; readonly job: JobRecord }> {
    try {
      return await this.host.access.ask(
        (store, options) => store.create(draft, options),
        // its submitter was told that it is not kept
        ({ created, job }) => {
          if (created) this.drop(Promise.resolve({ job, isNew: true }), new CancelReason('cancelled'))
        },
      )
    } catch (error) {
      throw jobStoreFailed(draft, error)
    }
  }

  /** In a runtime that closes meanwhile, a job that others can run is theirs, and any other one is refused. */
  #start(job: JobRecord): void {
    const { access, engine } = this.host
    tellChange(this.host, job, undefined)
    new JobRun(this.host, job, job.attempt).start()
    if (engine.root.isClosing && !access.isKept) throw runtimeClosed({ ...job, attempts: 0 })
  }
}
