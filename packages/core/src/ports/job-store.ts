import type { CallResult } from '../call/call-result.ts'
import type { Awaitable, PortOptions } from './port-options.ts'

/** Where a job stands, by the names of MCP's task extension. The last three are terminal. */
export type JobState = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'

/** How far a job says it has come. */
export interface JobProgress {
  readonly progress?: number | undefined
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/** What is kept of a job: plain JSON, so that a store outside the process can write it down. Times are ms epoch. */
export interface JobRecord {
  /** Cannot be guessed. */
  readonly id: string
  /** Grows by one with each update. */
  readonly version: number
  readonly state: JobState
  readonly tool: string
  readonly callId: string
  /** Canonical JSON of the arguments as they were given. */
  readonly arguments: string
  readonly idempotencyKey: string
  readonly session?: string | undefined
  readonly tenant?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly priority?: number | undefined
  readonly deadline?: number | undefined
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
  /** Who runs it, and until when that holds without a heartbeat. */
  readonly owner?: string | undefined
  readonly leaseUntil?: number | undefined
  /** What the job asks for while it is `input_required`, and what it was given. */
  readonly inputRequest?: unknown
  readonly input?: unknown
  /** Set in a terminal state. */
  readonly result?: CallResult | undefined
}

/** What an update may change; a member that is there and undefined is taken out. */
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

/** Keeps jobs. Every method is atomic. */
export interface JobStore {
  readonly supports: { readonly durable: boolean; readonly shared: boolean; readonly push: boolean }
  /** Keeps a new job; when one with its tenant and idempotency key is there, gives that one and changes nothing. */
  create(job: JobRecord, options: PortOptions): Awaitable<{ readonly created: boolean; readonly job: JobRecord }>
  /** Gives the job, until its `ttlMs` after its end is over. */
  get(id: string, options: PortOptions): Awaitable<JobRecord | undefined>
  /** Changes the job when its version is still this one, and gives it; false otherwise. A terminal one never changes. */
  update(id: string, version: number, change: JobChange, options: PortOptions): Awaitable<JobRecord | false>
  /**
   * Gives `owner` one `working` job of these tools that nobody holds, or whose holder's lease is over, the oldest
   * first: with `owner`, `leaseUntil` and `heartbeatAt` set and `attempt` one higher.
   */
  claim(
    owner: string,
    leaseMs: number,
    options: PortOptions & { readonly tools: readonly string[] },
  ): Awaitable<JobRecord | undefined>
  /** Tells every change of the job; gives the function that ends it. A store without push may tell late. */
  watch(id: string, listener: (job: JobRecord) => void): () => void
}
