import type { JobRecord } from '../ports/job-store.ts'

/** Whether a job that has the idempotency key of another one asks for the same: the same tool, the same arguments. */
export function isSameJob(known: JobRecord, wanted: JobRecord): boolean {
  return known.tool === wanted.tool && known.arguments === wanted.arguments
}
