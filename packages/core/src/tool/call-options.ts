import type { ToolPolicy } from './tool-policy.ts'

/** What a call that runs as a job may ask for; other calls do not look at it. */
export interface CallJobOptions {
  /**
   * Milliseconds that a dispatch waits for the job's end: one that comes in time is its result, as of any other call.
   * 0 by default: the result is pending at once. Cancelling the dispatch while it waits cancels the job.
   */
  readonly waitMs?: number | undefined
  /** Milliseconds that the job is kept after its end; overrides the runtime's. */
  readonly ttlMs?: number | undefined
}

/** What one call may ask for. */
export interface CallOptions {
  /** The id of a call from code, which need not be unique; one is made where it is missing. A model's call has its own. */
  readonly callId?: string | undefined
  /** Cancels the call; its reason is passed on unchanged. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds since the epoch; the call ends then at the latest. An expired one starts nothing. */
  readonly deadline?: number | undefined
  /** Higher starts first; overrides the policy's. */
  readonly priority?: number | undefined
  /** The conversation that the call belongs to: fairness, caches and repeat guards look at it. */
  readonly session?: string | undefined
  /** Whose call it is: caches and limits keep tenants apart. */
  readonly tenant?: string | undefined
  /** Handed to the tool and to policies as it is. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Tells the backend that a repeat is the same call; one is made where it is missing. */
  readonly idempotencyKey?: string | undefined
  /**
   * How similar, 0 to 1, an answer to other words has to be at least. Raises the floor of the cache's vector layer, and
   * never lowers it.
   */
  readonly minSimilarity?: number | undefined
  /** Overrides the tool's policy, key by key, where nothing shared by calls depends on it. */
  readonly policy?: ToolPolicy | undefined
  /** How it runs as a job, where it does. */
  readonly job?: CallJobOptions | undefined
}
