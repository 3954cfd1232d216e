import type { ToolError } from '../errors/tool-error.ts'
import type { CacheMeta, CallResult } from './call-result.ts'

interface Envelope {
  readonly callId: string
  readonly tool: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What a tool tells about how far it has come. */
export interface ProgressUpdate {
  readonly progress?: number
  readonly total?: number
  readonly message?: string
}

/**
 * What happens in a call besides its outputs and its end: each with `callId`, `tool` and `at`, milliseconds since the
 * epoch. Delays are milliseconds.
 */
export type CallStepEvent =
  | (Envelope & { readonly type: 'call-queue'; readonly key: string })
  | (Envelope & { readonly type: 'call-start' })
  | (Envelope & { readonly type: 'attempt-start'; readonly attempt: number })
  | (Envelope & { readonly type: 'attempt-fail'; readonly attempt: number; readonly error: ToolError })
  | (Envelope & { readonly type: 'retry-wait'; readonly attempt: number; readonly delayMs: number })
  | (Envelope & { readonly type: 'hedge-start'; readonly attempt: number })
  | (Envelope & { readonly type: 'cache-hit'; readonly cache: CacheMeta })
  | (Envelope & { readonly type: 'cache-miss' })
  | (Envelope & { readonly type: 'cache-store' })
  | (Envelope & { readonly type: 'breaker-reject'; readonly key: string; readonly retryAfterMs: number | undefined })
  | (Envelope & { readonly type: 'limit-wait'; readonly key: string; readonly delayMs: number })
  | (Envelope & { readonly type: 'approval-wait' })
  | (Envelope & { readonly type: 'progress' } & ProgressUpdate)
  | (Envelope & { readonly type: 'fallback-use'; readonly error: ToolError })

/** A value that a streaming tool gave before its end. */
export interface OutputEvent extends Envelope {
  readonly type: 'output'
  readonly attempt: number
  readonly value: unknown
}

/** The end of a call: exactly one, and nothing of the call follows it. */
export interface SettleEvent<O = unknown> extends Envelope {
  readonly type: 'call-settle'
  readonly result: CallResult<O>
}

/** What happens in one call, in order. */
export type CallEvent<O = unknown> = CallStepEvent | OutputEvent | SettleEvent<O>

/**
 * What may follow the end of a call whose tool did not stop: seen on the runtime's events only, each with `callId`,
 * `tool` and `at`, milliseconds since the epoch.
 */
export type AfterlifeEvent =
  | (Envelope & { readonly type: 'call-abandon'; readonly attempt: number })
  | (Envelope & {
      readonly type: 'late-result'
      readonly attempt: number
      /** Milliseconds between the end of the attempt for its caller and the end of the work. */
      readonly lateByMs: number
      readonly outcome: 'ok' | 'error'
    })
