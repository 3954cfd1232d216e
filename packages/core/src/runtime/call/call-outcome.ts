import type { CacheMeta, CallMeta, CallResult } from '../../call/call-result.ts'
import type { ToolError } from '../../errors/tool-error.ts'

/** What an execution, a flight or a fallback gives. */
export type Answer = { readonly output: unknown } | { readonly error: ToolError }

/** How a call ended; `cache` where the cache had its output. */
export type CallOutcome = (Answer | { readonly reason: unknown }) & { readonly cache?: CacheMeta | undefined }

/** What is told of a call beside its outcome. */
export interface Ended extends Pick<CallMeta, 'queuedMs' | 'durationMs' | 'attempts'> {
  readonly callId: string
  readonly tool: string
  readonly cache: CacheMeta | undefined
  readonly isDegraded: boolean
}

/** The outcome as the caller is told of it. */
export function toResult(outcome: CallOutcome, ended: Ended): CallResult {
  const { callId, tool } = ended
  const meta = metaOf(ended)
  if ('output' in outcome) return { status: 'ok', callId, tool, output: outcome.output, meta }
  if ('error' in outcome) return { status: 'error', callId, tool, error: outcome.error, meta }
  return { status: 'cancelled', callId, tool, reason: outcome.reason, meta }
}

function metaOf({ queuedMs, durationMs, attempts, cache, isDegraded }: Ended): CallMeta {
  const meta = { queuedMs, durationMs, attempts }
  if (cache === undefined && !isDegraded) return meta
  return { ...meta, ...(cache && { cache }), ...(isDegraded && { degraded: true }) }
}

/** A promise of the output of a call that has ended; rejects with whatever else it ended with. */
export function settledPromise(outcome: CallOutcome): Promise<unknown> {
  return 'output' in outcome ? Promise.resolve(outcome.output) : Promise.reject(reasonOf(outcome))
}

/** The same of a call that runs. */
export class OutcomePromise {
  readonly promise: Promise<unknown>
  #resolve: ((output: unknown) => void) | undefined
  #reject: ((reason: unknown) => void) | undefined

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  settle(outcome: CallOutcome): void {
    if ('output' in outcome) this.#resolve?.(outcome.output)
    else this.#reject?.(reasonOf(outcome))
  }
}

function reasonOf(outcome: { readonly error: ToolError } | { readonly reason: unknown }): unknown {
  return 'error' in outcome ? outcome.error : outcome.reason
}
