import type { ProgressUpdate } from '../../call/call-event.ts'
import type { CallContext, ContextCall, ContextDispatch } from '../../tool/call-context.ts'
import type { ExecutionView } from '../engine/execution-view.ts'

/** What the context of a tool is a view of. */
export interface ContextSource {
  readonly owner: ExecutionView
  readonly number: number
  readonly signal: AbortSignal
  remainingMs(): number
  progress(update: ProgressUpdate): void
  requestInput(request: unknown): Promise<unknown>
  readonly callChild: ContextCall
  readonly dispatchChild: ContextDispatch
}

/** What a tool sees of its attempt. A class with one field: what a tool does not read costs nothing. */
export class ToolContext implements CallContext {
  readonly #source: ContextSource

  constructor(source: ContextSource) {
    this.#source = source
  }

  get callId(): string {
    return this.#source.owner.callId
  }

  get tool(): string {
    return this.#source.owner.record.tool.name
  }

  get attempt(): number {
    return this.#source.number
  }

  get signal(): AbortSignal {
    return this.#source.signal
  }

  get deadline(): number | undefined {
    const remaining = this.#source.remainingMs()
    return remaining === Number.POSITIVE_INFINITY ? undefined : this.#source.owner.engine.clock.now() + remaining
  }

  get remainingMs(): () => number {
    const source = this.#source
    return () => source.remainingMs()
  }

  get idempotencyKey(): string {
    return this.#source.owner.idempotencyKey
  }

  get session(): string | undefined {
    return this.#source.owner.session
  }

  get tenant(): string | undefined {
    return this.#source.owner.bound().tenant
  }

  get metadata(): Readonly<Record<string, unknown>> {
    return this.#source.owner.bound().metadata
  }

  get progress(): (update: ProgressUpdate) => void {
    const source = this.#source
    return (update) => source.progress(update)
  }

  get requestInput(): (request: unknown) => Promise<unknown> {
    const source = this.#source
    return (request) => source.requestInput(request)
  }

  get call(): ContextCall {
    return this.#source.callChild
  }

  get dispatch(): ContextDispatch {
    return this.#source.dispatchChild
  }
}
