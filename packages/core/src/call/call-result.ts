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

/** How a call ended. */
export type CallResult<O = unknown> = CallOk<O> | CallFailed | CallCancelled
