import type { ToolPolicy } from './tool-policy.ts'

/** What one call may ask for. */
export interface CallOptions {
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
  /** Overrides the tool's policy, key by key, where nothing shared by calls depends on it. */
  readonly policy?: ToolPolicy | undefined
}
