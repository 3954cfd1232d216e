import { Observable } from 'rxjs'
import type { JobView } from '../../../call/call-result.ts'
import { CancelReason } from '../../../errors/cancel-reason.ts'
import type { Job, JobGetOptions } from '../../../jobs/job.ts'
import { answerWith, cancelledBy, endWith } from '../../../jobs/job-changes.ts'
import { viewOf } from '../../../jobs/job-view.ts'
import { frozenCopy, notPlain } from '../../../json/plain-json.ts'
import { checkKeys, checkNumber } from '../../../options/check-option.ts'
import type { JobChange, JobRecord } from '../../../ports/job-store.ts'
import { isTerminalState } from '../../../ports/terminal-state.ts'
import { after } from '../../engine/after.ts'
import { jobGone, jobStoreFailed, notAsJob } from '../job-errors.ts'
import { type JobHost, tellChange } from '../job-host.ts'
import { JobWatch } from './job-watch.ts'

/** A job as its user holds it. */
export class JobHandle implements Job {
  readonly id: string
  readonly #host: JobHost
  /** The newest version that was read here: where the end is known it need not be kept any longer. */
  #known: JobRecord

  constructor(host: JobHost, known: JobRecord) {
    this.#host = host
    this.#known = known
    this.id = known.id
  }

  async get(options: JobGetOptions = {}): Promise<JobView> {
    const { waitMs = 0 } = options
    checkKeys('job.get', options, ['waitMs'])
    checkNumber('job.get', 'waitMs', waitMs, { min: 0, infinite: true })
    const view = viewOf(await this.#read())
    if (waitMs === 0 || view.result !== undefined) return view
    return (await this.#next(view, waitMs)) ?? viewOf(await this.#read())
  }

  watch(): Observable<JobView> {
    return new Observable((subscriber) => new JobWatch(this.#host, this.id, subscriber).start())
  }

  async provideInput(value: unknown): Promise<void> {
    const input = frozenCopy(value)
    if (input === notPlain) throw new TypeError('job.provideInput: the value must be plain JSON')
    await this.#change((job) => {
      if (job.state === 'input_required') return answerWith(input)
      throw notAsJob(job, `The job asks for no input: it is ${job.state}.`)
    })
  }

  async cancel(): Promise<void> {
    await this.cancelWith(new CancelReason('cancelled'))
  }

  /** The same, with a reason of the caller's own. */
  async cancelWith(reason: unknown): Promise<void> {
    const run = this.#host.runs.get(this.id)
    if (run !== undefined) return run.end(reason)
    await this.#change((job) => (isTerminalState(job.state) ? undefined : endWith(cancelledBy(reason, job))))
  }

  /** The job when its state is another one; undefined after `ms` milliseconds, and when the runtime closes. */
  #next({ state }: JobView, ms: number): Promise<JobView | undefined> {
    return new Promise((resolve) => {
      const finish = (view?: JobView): void => {
        limit?.cancel()
        watching.unsubscribe()
        resolve(view)
      }
      const limit = after(this.#host.engine, ms, finish)
      const watching = this.watch().subscribe({
        next: (view) => view.state !== state && finish(view),
        complete: finish,
      })
    })
  }

  /** Changes the newest version of the job; one that moves meanwhile is looked at anew. */
  async #change(decide: (job: JobRecord) => JobChange | undefined): Promise<void> {
    for (;;) {
      const job = await this.#read()
      const change = decide(job)
      if (change === undefined) return
      const changed = await this.#asked(
        this.#host.access.ask((store, options) => store.update(this.id, job.version, change, options)),
      )
      if (changed === false) continue
      this.#known = changed
      this.#host.runs.get(this.id)?.see(changed)
      return tellChange(this.#host, changed, job.state)
    }
  }

  /** The job as it is kept. */
  async #read(): Promise<JobRecord> {
    if (isTerminalState(this.#known.state)) return this.#known
    const job = await this.#asked(this.#host.access.ask((store, options) => store.get(this.id, options)))
    if (job === undefined) throw jobGone(this.#known)
    this.#known = job
    return job
  }

  async #asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      throw jobStoreFailed(this.#known, error)
    }
  }
}
