import type { Subscriber } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CallResult } from '../../call/call-result.ts'

/** What the outside of a call needs of its inside: a call of the engine, or one with middleware around it. */
export interface RunningCall {
  readonly callId: string
  readonly status: 'queued' | 'running' | 'settled'
  /** How it ended; undefined before the end. */
  readonly settled: CallResult | undefined
  start(): void
  cancel(reason: unknown): void
  /** Of the output; rejects with what the call ended with. Made only when asked for. */
  promise(): Promise<unknown>
  /** Runs `resume` when the call has settled: at once, if it has. */
  whenSettled(resume: () => void): void
  /** Runs `resume` when the call has settled and its work has ended or was abandoned: at once, if so now. */
  whenFinished(resume: () => void): void
  /** Gives the events from now on; after the end, the terminal one alone. */
  observe(subscriber: Subscriber<CallEvent>): void
}
