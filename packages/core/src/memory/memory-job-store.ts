import { checkKeys, checkNumber, checkOneOf } from '../options/check-option.ts'
import type { JobChange, JobRecord, JobStore } from '../ports/job-store.ts'
import type { PortOptions } from '../ports/port-options.ts'
import { isTerminalState } from '../ports/terminal-state.ts'
import { JobListeners } from './job-listeners.ts'

/** Options of {@link memoryJobStore}. */
export interface MemoryJobStoreOptions {
  /** Jobs kept at once; 10,000. Those that have ended make room, the first of them first; others never do. */
  readonly maxJobs?: number
  /** Whether several runtimes of this process use it, and take over what another one has left; false. */
  readonly shared?: boolean
}

/** Jobs in this process: every method answers at once, nothing outlives the process. */
export interface MemoryJobStore extends JobStore {
  /** Jobs that it holds. */
  readonly size: number
  /** Throws when it is full of jobs that have not ended. */
  create(...of: Parameters<JobStore['create']>): { readonly created: boolean; readonly job: JobRecord }
  get(...of: Parameters<JobStore['get']>): JobRecord | undefined
  update(...of: Parameters<JobStore['update']>): JobRecord | false
  claim(...of: Parameters<JobStore['claim']>): JobRecord | undefined
}

/** Makes a {@link MemoryJobStore}. */
export function memoryJobStore(options: MemoryJobStoreOptions = {}): MemoryJobStore {
  const { maxJobs = 10_000, shared = false } = options
  checkKeys('memoryJobStore', options, ['maxJobs', 'shared'])
  checkNumber('memoryJobStore', 'maxJobs', maxJobs, { min: 1, integer: true })
  checkOneOf('memoryJobStore', 'shared', shared, [true, false])
  return new Jobs(maxJobs, shared)
}

class Jobs implements MemoryJobStore {
  readonly supports: JobStore['supports']
  readonly #maxJobs: number
  readonly #live = new Map<string, JobRecord>()
  /** In the order in which they ended. */
  readonly #ended = new Map<string, JobRecord>()
  /** The job of each tenant's idempotency key. */
  readonly #keys = new Map<string, string>()
  readonly #listeners = new JobListeners()

  constructor(maxJobs: number, shared: boolean) {
    this.#maxJobs = maxJobs
    this.supports = { durable: false, shared, push: true }
  }

  get size(): number {
    return this.#live.size + this.#ended.size
  }

  create(job: JobRecord, { now }: PortOptions): { readonly created: boolean; readonly job: JobRecord } {
    const known = this.#find(this.#keys.get(keyOf(job)), now)
    if (known !== undefined) return { created: false, job: known }
    this.#makeRoom(now)
    const kept = Object.freeze({ ...job })
    this.#keys.set(keyOf(kept), kept.id)
    if (isTerminalState(kept.state)) this.#ended.set(kept.id, kept)
    else this.#live.set(kept.id, kept)
    return { created: true, job: kept }
  }

  get(id: string, { now }: PortOptions): JobRecord | undefined {
    return this.#find(id, now)
  }

  update(id: string, version: number, change: JobChange, { now }: PortOptions): JobRecord | false {
    const job = this.#live.get(id)
    return job?.version === version && this.#change(job, change, now)
  }

  claim(
    owner: string,
    leaseMs: number,
    { now, tools }: PortOptions & { readonly tools: readonly string[] },
  ): JobRecord | undefined {
    let oldest: JobRecord | undefined
    for (const job of this.#live.values()) {
      if (job.state !== 'working' || isHeld(job, now) || !tools.includes(job.tool)) continue
      if (oldest === undefined || job.createdAt < oldest.createdAt) oldest = job
    }
    if (oldest === undefined) return undefined
    const attempt = oldest.attempt + 1
    return this.#change(oldest, { owner, attempt, leaseUntil: now + leaseMs, heartbeatAt: now }, now)
  }

  watch(id: string, listener: (job: JobRecord) => void): () => void {
    return this.#listeners.watch(id, listener)
  }

  #change(job: JobRecord, change: JobChange, now: number): JobRecord {
    const changed = merge(job, change, now)
    if (isTerminalState(changed.state)) {
      this.#live.delete(job.id)
      this.#ended.set(job.id, changed)
    } else {
      this.#live.set(job.id, changed)
    }
    this.#listeners.tell(changed)
    return changed
  }

  #find(id: string | undefined, now: number): JobRecord | undefined {
    if (id === undefined) return undefined
    const ended = this.#ended.get(id)
    if (ended === undefined) return this.#live.get(id)
    if (!isOver(ended, now)) return ended
    this.#drop(ended)
    return undefined
  }

  /** Those with a longer life may stand before expired ones: they are found when they are asked for, or in their turn. */
  #makeRoom(now: number): void {
    for (const job of this.#ended.values()) {
      if (!isOver(job, now) && this.size < this.#maxJobs) return
      this.#drop(job)
    }
    if (this.size < this.#maxJobs) return
    throw new Error(`memoryJobStore: it holds ${this.size} jobs, as many as it may, and none of them has ended`)
  }

  #drop(job: JobRecord): void {
    this.#ended.delete(job.id)
    this.#keys.delete(keyOf(job))
  }
}

function keyOf({ tenant, idempotencyKey }: JobRecord): string {
  return JSON.stringify([tenant, idempotencyKey])
}

function isHeld({ owner, leaseUntil }: JobRecord, now: number): boolean {
  return owner !== undefined && now < (leaseUntil ?? now)
}

function isOver({ updatedAt, ttlMs }: JobRecord, now: number): boolean {
  return now >= updatedAt + ttlMs
}

/** A member that is undefined is taken out. */
function merge(job: JobRecord, change: JobChange, now: number): JobRecord {
  const merged: Record<string, unknown> = { ...job, ...change, version: job.version + 1, updatedAt: now }
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name]
  return Object.freeze(merged) as unknown as JobRecord
}
