import type { ToolError } from '../errors/tool-error.ts'

/** Which layer of the cache answered. `in-flight` joined a call that was running already. */
export type CacheLayer = 'exact' | 'content' | 'semantic' | 'stale' | 'in-flight'

/** How a result came out of the cache. */
export interface CacheMeta {
  readonly layer: CacheLayer
  readonly similarity?: number
  /** Milliseconds since the value was stored, or since the joined call began. */
  readonly ageMs: number
  readonly entryId?: string
}

/** What a call cost. Times in milliseconds. */
export interface CallMeta {
  /** How long the call waited in queues, all attempts together. */
  readonly queuedMs: number
  /** From the call to its settlement. */
  readonly durationMs: number
  /** Attempts that were started; 0 for a result of the cache. */
  readonly attempts: number
  readonly cache?: CacheMeta
  /** The output is a fallback's. */
  readonly degraded?: true
}

/** The call gave its output. */
export interface CallOk<O = unknown> {
  readonly status: 'ok'
  readonly callId: string
  readonly tool: string
  readonly output: O
  readonly meta: CallMeta
}

/** The call failed. */
export interface CallFailed {
  readonly status: 'error'
  readonly callId: string
  readonly tool: string
  readonly error: ToolError
  readonly meta: CallMeta
}

/** Somebody cancelled the call: an outcome, not an error. `reason` is the canceller's own, unchanged. */
export interface CallCancelled {
  readonly status: 'cancelled'
  readonly callId: string
  readonly tool: string
  readonly reason: unknown
  readonly meta: CallMeta
}

/** How a call ended that has ended: what a job ends with, too. */
export type FinalResult<O = unknown> = CallOk<O> | CallFailed | CallCancelled

/** Where a job stands, by the names of MCP's task extension. The last three are terminal. */
export type JobState = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'

/** How far a job says it has come. */
export interface JobProgress {
  readonly progress?: number | undefined
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/** A job at one moment: plain data, but for what is in its result. Times are ms epoch. */
export interface JobView<O = unknown> {
  readonly id: string
  readonly tool: string
  readonly state: JobState
  /** Runs that were begun; a job whose runner was lost may be run again. */
  readonly attempt: number
  readonly progress?: JobProgress
  readonly createdAt: number
  readonly updatedAt: number
  /** When whoever runs it was last heard of. */
  readonly heartbeatAt?: number
  /** Milliseconds that the job can be asked for after its end. */
  readonly ttlMs: number
  /** Milliseconds that whoever polls should let pass. */
  readonly pollIntervalMs: number
  /** What the tool asks for, while the state is `input_required`. */
  readonly inputRequest?: unknown
  /** How it ended, from a terminal state on. */
  readonly result?: FinalResult<O>
}

/** The call goes on as a job: ask for the job's state later. Only of a tool that runs as a job. */
export interface CallPending<O = unknown> {
  readonly status: 'pending'
  readonly callId: string
  readonly tool: string
  readonly job: JobView<O>
  readonly meta: CallMeta
}

/** How a call was answered. */
export type CallResult<O = unknown> = FinalResult<O> | CallPending<O>
