import type { ExecutionView } from '../engine/execution-view.ts'

/** How the work of a detached attempt ended; no outcome where it was simply stopped. */
interface LateOutcome {
  readonly attempt: number
  readonly now: number
  readonly outcome: 'ok' | 'error' | undefined
  readonly value: unknown
}

/** What is kept of an attempt whose caller was answered before its work ended. */
export class LateEnd {
  readonly reason: unknown
  readonly #since: number

  constructor(reason: unknown, since: number) {
    this.reason = reason
    this.#since = since
  }

  /** Tells of a result that comes too late, and disposes of it. A tool that only obeys gives none. */
  tell({ engine, callId, record }: ExecutionView, { attempt, now, outcome, value }: LateOutcome): void {
    if (outcome === undefined || (outcome === 'error' && isEcho(this.reason, value))) return
    const place = { callId, tool: record.tool.name, at: engine.clock.now() }
    engine.emit({ type: 'late-result', ...place, attempt, lateByMs: now - this.#since, outcome })
    if (outcome === 'ok') dispose(value)
  }
}

/** Whether an error only gives back the reason with which the work was told to end. */
function isEcho(reason: unknown, error: unknown): boolean {
  if (error === reason) return true
  if (typeof error !== 'object' || error === null) return false
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: unknown }
  return name === 'AbortError' || (cause !== undefined && cause === reason)
}

/** Never throws. */
function dispose(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  try {
    const { [Symbol.asyncDispose]: async, [Symbol.dispose]: sync } = value as Partial<AsyncDisposable & Disposable>
    if (typeof async === 'function') Promise.resolve(async.call(value)).catch(() => undefined)
    else if (typeof sync === 'function') sync.call(value)
  } catch {
    // nobody is left to be told
  }
}
