import { memoryJobStore } from '../../memory/memory-job-store.ts'
import { checkKeys, checkNumber } from '../../options/check-option.ts'
import { checkPort, type PortShape } from '../../options/check-port.ts'
import type { JobStore } from '../../ports/job-store.ts'

/** How a runtime runs jobs. Durations are milliseconds. */
export interface JobsOptions {
  /** Where jobs are kept; in memory by default. */
  readonly store?: JobStore | undefined
  /** How long a job is held without a heartbeat, of which there are three in that time; 30,000 by default. */
  readonly leaseMs?: number | undefined
  /** How long a job is kept after its end; 3,600,000, an hour, by default. */
  readonly ttlMs?: number | undefined
  /** What those who poll are told to wait in between; 1,000 by default. */
  readonly pollIntervalMs?: number | undefined
}

/** {@link JobsOptions}, complete. */
export interface ResolvedJobs {
  readonly store: JobStore
  readonly leaseMs: number
  readonly ttlMs: number
  readonly pollIntervalMs: number
}

const where = 'createRuntime: jobs'

const jobStore: PortShape = {
  name: 'a JobStore',
  methods: ['create', 'get', 'update', 'claim', 'watch'],
  supports: ['durable', 'shared', 'push'],
}

/** Completes the options, or takes a store by itself; throws where one makes no sense. */
export function resolveJobs(given: JobStore | JobsOptions = {}): ResolvedJobs {
  const options: JobsOptions = isStore(given) ? { store: given } : given
  checkKeys(where, options, ['store', 'leaseMs', 'ttlMs', 'pollIntervalMs'])
  const { store = memoryJobStore(), leaseMs = 30_000, ttlMs = 3_600_000, pollIntervalMs = 1000 } = options
  checkPort(where, 'store', store, jobStore)
  checkNumber(where, 'leaseMs', leaseMs, { min: 1 })
  checkNumber(where, 'ttlMs', ttlMs, { min: 0 })
  checkNumber(where, 'pollIntervalMs', pollIntervalMs, { min: 0 })
  return { store, leaseMs, ttlMs, pollIntervalMs }
}

function isStore(given: JobStore | JobsOptions): given is JobStore {
  return typeof given === 'object' && given !== null && 'create' in given
}
