import type { ToolCall } from '../../call/tool-call.ts'
import type { Job } from '../../jobs/job.ts'
import type { CallOptions } from '../../tool/call-options.ts'
import type { CallRequest } from '../engine/call-request.ts'
import type { Engine } from '../engine/engine.ts'
import { requestFromModel } from '../engine/make-request.ts'
import type { RunningCall } from '../engine/running-call.ts'
import type { RuntimeSnapshot } from '../snapshot.ts'
import { JobAccess } from './job-access.ts'
import { JobCall } from './job-call.ts'
import { JobClaims } from './job-claims.ts'
import { JobDesk } from './job-desk.ts'
import { jobStoreFailed } from './job-errors.ts'
import type { JobHost } from './job-host.ts'
import type { ResolvedJobs } from './job-options.ts'

/** Which job is meant. */
export interface FindJobOptions {
  /** Whose job it has to be; of any tenant, or of none, where it is left out. */
  readonly tenant?: string | undefined
}

/** The jobs of one runtime. */
export class Jobs {
  readonly #host: JobHost
  readonly #desk: JobDesk

  constructor(engine: Engine, { store, ...defaults }: ResolvedJobs) {
    const { leaseMs } = defaults
    this.#host = { engine, access: new JobAccess(engine, store), leaseMs, runs: new Map() }
    this.#desk = new JobDesk(this.#host, defaults)
  }

  /** Takes over what other runtimes have left, where the store keeps it. */
  start(): void {
    if (this.#host.access.isKept) new JobClaims(this.#host).start()
  }

  /** See `Runtime.submit`. */
  async submit(call: ToolCall, options?: CallOptions): Promise<Job> {
    const { engine } = this.#host
    const request = requestFromModel(call, options, { scope: engine.root })
    if (options?.job?.waitMs !== undefined) {
      throw new TypeError('submit: job.waitMs is of a dispatch; wait with get({ waitMs }) of the job')
    }
    const signal = options?.signal
    signal?.throwIfAborted()
    const submission = this.#desk.submit(request)
    if (signal !== undefined) await this.#unlessAborted(submission, signal)
    return this.#desk.handle((await submission).job)
  }

  /** See `Runtime.job`. */
  async job(id: string, { tenant }: FindJobOptions = {}): Promise<Job | undefined> {
    try {
      const job = await this.#host.access.ask((store, options) => store.get(id, options))
      if (job === undefined || (tenant !== undefined && job.tenant !== tenant)) return undefined
      return this.#desk.handle(job)
    } catch (error) {
      throw jobStoreFailed({ tool: '', callId: id }, error)
    }
  }

  /** Those that run here, by state. */
  counts(): RuntimeSnapshot['jobs'] {
    const counts = { working: 0, input_required: 0 }
    for (const { state } of this.#host.runs.values()) counts[state === 'input_required' ? state : 'working'] += 1
    return counts
  }

  /** The call of a request that has to run as a job; undefined for any other one. Calls inside a call never do. */
  callOf(request: CallRequest): RunningCall | undefined {
    if (request.place.parent !== undefined || typeof request.tool !== 'string') return undefined
    const tool = this.#host.engine.registry.get(request.tool)
    return tool?.execution.taskSupport === 'required' ? new JobCall(this.#desk, request) : undefined
  }

  /** Rejects as soon as the signal is aborted: the job then ends, too. */
  #unlessAborted(submission: ReturnType<JobDesk['submit']>, signal: AbortSignal): Promise<void> {
    const { signals } = this.#host.engine
    return new Promise((resolve, reject) => {
      const cancel = (reason: unknown): void => {
        this.#desk.drop(submission, reason)
        reject(reason)
      }
      const link = signals.join(signal, { cancel })
      const leave = (): void => {
        signals.leave(link)
        resolve()
      }
      submission.then(leave, leave)
    })
  }
}
