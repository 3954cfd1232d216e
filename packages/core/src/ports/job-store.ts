import type { JobProgress, JobState } from '../call/call-result.ts'
import type { Awaitable, PortOptions } from './port-options.ts'
import type { StoredResult } from './stored-result.ts'

/** What is kept of a job: plain JSON, so that a store outside the process can write it down. Times are ms epoch. */
export interface JobRecord {
  /** Cannot be guessed. */
  readonly id: string
  /** 1 at first; one more with each update and each claim. */
  readonly version: number
  readonly state: JobState
  readonly tool: string
  readonly callId: string
  /** Canonical JSON of the arguments as they were given, an object. */
  readonly arguments: string
  readonly idempotencyKey: string
  readonly session?: string | undefined
  readonly tenant?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly priority?: number | undefined
  readonly deadline?: number | undefined
  /** What the call overrides of its tool's policy. */
  readonly policy?: Readonly<Record<string, unknown>> | undefined
  /** Whether it may run again when whoever ran it is gone. */
  readonly mayRepeat: boolean
  /** Runs that were begun. */
  readonly attempt: number
  readonly progress?: JobProgress | undefined
  readonly createdAt: number
  readonly updatedAt: number
  /** When whoever runs it was last heard of. */
  readonly heartbeatAt?: number | undefined
  /** Milliseconds that the record is kept after its end. */
  readonly ttlMs: number
  /** Milliseconds that whoever polls should let pass. */
  readonly pollIntervalMs: number
  /** Who runs it, and until when that holds without a heartbeat. A job without an owner is held by nobody. */
  readonly owner?: string | undefined
  readonly leaseUntil?: number | undefined
  /** What the job asks for while it is `input_required`; stays until whoever runs it has taken the answer. */
  readonly inputRequest?: unknown
  /** The answer, until whoever runs the job has taken it. */
  readonly input?: unknown
  /** Set in a terminal state. */
  readonly result?: StoredResult | undefined
}

/** What an update may change; a member that is there and undefined is taken out, one that is missing stays. */
export type JobChange = Partial<
  Pick<
    JobRecord,
    | 'state'
    | 'attempt'
    | 'progress'
    | 'heartbeatAt'
    | 'owner'
    | 'leaseUntil'
    | 'inputRequest'
    | 'input'
    | 'result'
    | 'ttlMs'
    | 'pollIntervalMs'
  >
>

/**
 * Keeps jobs. Every method is atomic. A record that was given, either way, is never changed afterwards, by neither side.
 *
 * Times are by the caller's clock, as `options.now` is. A store that is shared by machines judges leases and expiry by
 * its own clock: it keeps the difference of `leaseUntil`, `heartbeatAt` and `createdAt` to `options.now`, not the time.
 */
export interface JobStore {
  /**
   * `durable`: jobs outlive the process. `shared`: several runtimes use it at once. Where either is true, a runtime
   * claims the jobs of runners that are gone, and leaves its own to others when it closes. `push`: see `watch`.
   */
  readonly supports: { readonly durable: boolean; readonly shared: boolean; readonly push: boolean }
  /**
   * Keeps a new job as it is given. When one with the same tenant (or also without one) and the same idempotency key
   * is there, gives that one and changes nothing. What it gives is kept from then on. Throws or rejects when it cannot.
   */
  create(job: JobRecord, options: PortOptions): Awaitable<{ readonly created: boolean; readonly job: JobRecord }>
  /** Gives the job; undefined where there is none, or when `ttlMs` since the update that ended it have passed. */
  get(id: string, options: PortOptions): Awaitable<JobRecord | undefined>
  /**
   * Changes the job when its version is still this one, and gives it, with `version` one higher and `updatedAt` now.
   * False, and nothing is changed, when the version is another one, the job is terminal, or there is none.
   */
  update(id: string, version: number, change: JobChange, options: PortOptions): Awaitable<JobRecord | false>
  /**
   * Gives `owner` one `working` job of these tools that nobody holds or whose lease is over (`leaseUntil <= now`), the
   * one with the smallest `createdAt` first: with `owner` set, `leaseUntil` at now + `leaseMs`, `heartbeatAt` and
   * `updatedAt` at now, `attempt` and `version` one higher. Undefined where there is none. Jobs in other states are
   * nobody's: one that waits for input can be claimed once it has it.
   */
  claim(
    owner: string,
    leaseMs: number,
    options: PortOptions & { readonly tools: readonly string[] },
  ): Awaitable<JobRecord | undefined>
  /**
   * Tells the job after every update and claim from now on, in the order of versions; not its present state, and not
   * that it was dropped after its `ttlMs`. Gives the function that ends it. What one listener throws reaches neither
   * the store nor another listener. A store without push looks by itself: it tells late, and may leave out all but the
   * newest version.
   */
  watch(id: string, listener: (job: JobRecord) => void): () => void
}
