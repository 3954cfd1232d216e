import type { JobState } from '../../call/call-result.ts'
import type { JobRecord } from '../../ports/job-store.ts'
import type { Engine } from '../engine/engine.ts'
import type { JobAccess } from './job-access.ts'

/** A job that runs here. */
export interface LocalRun {
  /** As it is kept now. */
  readonly state: JobState
  /** Ends the job as cancelled; resolves when that is kept, or when the store has failed to. */
  end(reason: unknown): Promise<void>
  /** Resolves when what is to be written of it now is kept, or when the store has failed to. */
  written(): Promise<void>
  /** A newer version became known here: a store may tell it late. */
  see(job: JobRecord): void
  /** The store has given the job to this runtime once more. */
  adopt(job: JobRecord): void
}

/** What everything about the jobs of one runtime works with. */
export interface JobHost {
  readonly engine: Engine
  readonly access: JobAccess
  /** Milliseconds that a job is held without a heartbeat. */
  readonly leaseMs: number
  /** What runs here, by the job's id. */
  readonly runs: Map<string, LocalRun>
}

/** Tells the runtime's listeners that this runtime has changed the state of a job. */
export function tellChange({ engine }: JobHost, job: JobRecord, from: JobState | undefined): void {
  const { id: jobId, callId, tool, state, attempt } = job
  if (state !== from) engine.emit({ type: 'job-change', at: engine.clock.now(), jobId, callId, tool, state, attempt })
}
