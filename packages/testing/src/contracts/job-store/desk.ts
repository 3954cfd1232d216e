import { randomUUID } from 'node:crypto'
import type { JobChange, JobRecord, JobStore } from '@headrace/core'
import { hold, holdEqual } from '../hold.ts'
import type { Trial } from '../trial.ts'
import type { TrialTime } from '../trial-time.ts'

/** Jobs of one tenant and one tool in the store under test. */
export interface Desk {
  readonly tool: string
  readonly tenant: string
  /** A new job, created now. */
  record(extra?: Partial<JobRecord>): JobRecord
  /** Keeps a job that has to be new. */
  create(extra?: Partial<JobRecord>): Promise<JobRecord>
  get(id: string): Promise<JobRecord | undefined>
  /** Gets a job that has to be there. */
  find(id: string): Promise<JobRecord>
  update(job: JobRecord, change: JobChange): Promise<JobRecord | false>
  /** Changes a job; the store has to take it. */
  change(job: JobRecord, change: JobChange): Promise<JobRecord>
  claim(owner: string, leaseMs?: number, tools?: readonly string[]): Promise<JobRecord | undefined>
  /** Claims a job that has to be there. */
  take(owner: string, leaseMs?: number): Promise<JobRecord>
}

/** Works with jobs of a fresh tenant and a fresh tool, in the trial's own store unless another is given. */
export function openDesk(trial: Trial<JobStore>, store: JobStore = trial.store): Desk {
  const { time, at } = trial
  const [tool, tenant] = [trial.name('tool'), trial.name('tenant')]
  const record: Desk['record'] = (extra) => newJob(time, { tool, tenant, ...extra })
  const get: Desk['get'] = async (id) => store.get(id, at())
  const update: Desk['update'] = async ({ id, version }, change) => store.update(id, version, change, at())
  const claim: Desk['claim'] = async (owner, leaseMs = 1_000 * time.unit, tools = [tool]) =>
    store.claim(owner, leaseMs, { ...at(), tools })
  return {
    tool,
    tenant,
    record,
    async create(extra) {
      const { created, job } = await store.create(record(extra), at())
      holdEqual(created, true, 'whether a job with a new idempotency key is created')
      return job
    },
    get,
    async find(id) {
      const job = await get(id)
      hold(job !== undefined, 'get gives the job')
      return job
    },
    update,
    async change(job, change) {
      const changed = await update(job, change)
      hold(changed !== false, 'an update with the right version is taken', { state: job.state, version: job.version })
      return changed
    },
    claim,
    async take(owner, leaseMs) {
      const job = await claim(owner, leaseMs)
      hold(job !== undefined, 'a working job that nobody holds is given to whoever claims it')
      return job
    },
  }
}

function newJob({ now, unit }: TrialTime, extra: Partial<JobRecord>): JobRecord {
  const id = randomUUID()
  return {
    id,
    version: 1,
    state: 'working',
    tool: 'tool',
    callId: `call ${id}`,
    arguments: '{"a":1}',
    idempotencyKey: `key ${id}`,
    mayRepeat: true,
    attempt: 0,
    createdAt: now(),
    updatedAt: now(),
    ttlMs: 1_000 * unit,
    pollIntervalMs: 100,
    ...extra,
  }
}

/** Names of the states that end a job. */
export const terminalStates = ['completed', 'failed', 'cancelled'] as const

const times = ['createdAt', 'updatedAt', 'heartbeatAt', 'leaseUntil'] as const
/** A store that keeps times by its server's clock gives them back by the caller's: that takes the way of two messages. */
const lagMs = 50

/** Throws unless the two records are the same; where the store has a clock of its own, times may differ a little. */
export function holdSameJob(
  { time }: Trial<JobStore>,
  actual: JobRecord | undefined,
  expected: JobRecord,
  what: string,
): void {
  hold(actual !== undefined, `${what} is there`)
  const close: Record<string, unknown> = { ...actual }
  for (const name of times) {
    const [is, was] = [actual[name], expected[name]]
    if (time.clock === 'server' && is !== undefined && was !== undefined && Math.abs(is - was) <= lagMs)
      close[name] = was
  }
  holdEqual(present(close), present({ ...expected }), what)
}

/** Without the members that are undefined. */
function present(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
