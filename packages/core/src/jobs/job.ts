import type { Observable } from 'rxjs'
import type { JobView } from '../call/call-result.ts'

/** How long {@link Job.get} may wait. */
export interface JobGetOptions {
  /** Milliseconds to wait for another state before the present view is given; 0, and Infinity for any time. */
  readonly waitMs?: number | undefined
}

/**
 * A call that runs on its own, to be asked for later. It stays what it is when the runtime that made it is gone, if the
 * store does. Methods reject with a ToolError: EXECUTION_FAILED when the store fails, OUTCOME_UNKNOWN when the job is
 * kept no more.
 */
export interface Job<O = unknown> {
  /** Cannot be guessed: who has it may read and cancel the job. */
  readonly id: string
  /**
   * How the job stands; with `waitMs`, as soon as its state is another one, and else as it stands then. A wait ends when
   * the runtime closes.
   */
  get(options?: JobGetOptions): Promise<JobView<O>>
  /**
   * Cold: how the job stands, then every change that the store tells of; completes after the terminal view, when the
   * runtime closes and when the job is kept no more. Never errors: a store that fails is asked again.
   */
  watch(): Observable<JobView<O>>
  /**
   * Answers what the job asks for while it is `input_required`; plain JSON, a TypeError otherwise. Rejects with
   * ARGUMENTS_INVALID when the job asks for nothing.
   */
  provideInput(value: unknown): Promise<void>
  /**
   * Ends the job as `cancelled`, unless it has ended, and resolves when that is kept. Work that runs is told at once
   * here, and as soon as it hears of it elsewhere; what it still gives is dropped.
   */
  cancel(): Promise<void>
}
