import type { ProgressUpdate } from '../call/call-event.ts'
import type { ToolCall } from '../call/tool-call.ts'
import type { CallContext, ContextCall, ContextDispatch } from '../tool/call-context.ts'
import type { Attempt } from './attempt.ts'

/** What a tool sees of its attempt. A class with one field: what a tool does not read costs nothing. */
export class ToolContext implements CallContext {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    this.#attempt = attempt
  }

  get callId(): string {
    return this.#attempt.execution.owner.callId
  }

  get tool(): string {
    return this.#attempt.execution.record.tool.name
  }

  get attempt(): number {
    return this.#attempt.number
  }

  get signal(): AbortSignal {
    return this.#attempt.signal
  }

  get deadline(): number | undefined {
    const remaining = this.#attempt.remainingMs()
    return remaining === Number.POSITIVE_INFINITY ? undefined : this.#attempt.execution.engine.clock.now() + remaining
  }

  get remainingMs(): () => number {
    const attempt = this.#attempt
    return () => attempt.remainingMs()
  }

  get idempotencyKey(): string {
    return this.#attempt.execution.owner.idempotencyKey
  }

  get session(): string | undefined {
    return this.#attempt.execution.owner.session
  }

  get tenant(): string | undefined {
    return this.#attempt.execution.owner.bound().tenant
  }

  get metadata(): Readonly<Record<string, unknown>> {
    return this.#attempt.execution.owner.bound().metadata
  }

  get progress(): (update: ProgressUpdate) => void {
    const attempt = this.#attempt
    return (update) => attempt.progress(update)
  }

  get call(): ContextCall {
    const attempt = this.#attempt
    const call: ContextCall = (tool: unknown, args: unknown, options?: object) => attempt.callChild(tool, args, options)
    return call
  }

  get dispatch(): ContextDispatch {
    const attempt = this.#attempt
    return (call: ToolCall, options) => attempt.dispatchChild(call, options)
  }
}
