import type { JobRecord, JobStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

/** One whose claim gives a job otherwise than it is kept. */
const giving = (change: (job: JobRecord) => JobRecord) =>
  broken((good) => ({
    claim(...of) {
      const job = good.claim(...of)
      return job && change(job)
    },
  }))

/** By the sentence that they break. */
export const brokenClaimJobs: BrokenStores<JobStore> = {
  'claim gives a job with owner, lease and heartbeat set, attempt and version one higher, and keeps it so': {
    'does not count the attempt': giving((job) => ({ ...job, attempt: job.attempt - 1 })),
    'does not count the version': giving((job) => ({ ...job, version: job.version - 1 })),
    'sets no heartbeat': giving((job) => ({ ...job, heartbeatAt: undefined })),
    'keeps nothing of a claim': broken((good) => {
      const first = new Map<string, JobRecord>()
      return {
        create(job, options) {
          first.set(job.id, job)
          return good.create(job, options)
        },
        get: (id) => first.get(id),
      }
    }),
    'gives a held job to its owner again': broken((good) => {
      let last: JobRecord | undefined
      return {
        claim(owner, ...of) {
          last = good.claim(owner, ...of) ?? (last?.owner === owner ? last : undefined)
          return last
        },
      }
    }),
  },
  'a job is given to another when its lease is over, and not before; its old owner can change nothing then': {
    'never takes a job away': broken((good) => ({
      claim: (owner, _, options) => good.claim(owner, 1e12, options),
    })),
    'takes a job away early': broken((good) => ({
      claim: (owner, leaseMs, options) => good.claim(owner, leaseMs - 1, options),
    })),
    'listens to the old owner': broken((good) => ({
      update(id, version, change, options) {
        const job = good.get(id, options)
        return job ? good.update(id, Math.max(version, job.version), change, options) : false
      },
    })),
  },
  'an update that moves leaseUntil keeps the job for its owner': {
    'keeps to the first lease': broken((good) => ({
      update: (id, version, { leaseUntil: _leaseUntil, ...change }, options) =>
        good.update(id, version, change, options),
    })),
    'never takes a job away that was heard of': broken((good) => ({
      update: (id, version, change, options) =>
        good.update(id, version, { ...change, leaseUntil: change.heartbeatAt ? 1e15 : change.leaseUntil }, options),
    })),
  },
  'claim gives jobs of the named tools only': {
    'gives jobs of any tool': broken((good) => {
      const tools = new Set<string>()
      return {
        create(job, options) {
          tools.add(job.tool)
          return good.create(job, options)
        },
        claim: (owner, leaseMs, options) => good.claim(owner, leaseMs, { ...options, tools: [...tools] }),
      }
    }),
    'looks at the first tool': broken((good) => ({
      claim: (owner, leaseMs, options) => good.claim(owner, leaseMs, { ...options, tools: options.tools.slice(0, 1) }),
    })),
  },
  'claim gives the job with the smallest createdAt first': {
    'gives jobs as they came': broken((good) => {
      let count = 0
      return {
        create(job, options) {
          count += 1
          return good.create({ ...job, createdAt: count }, options)
        },
      }
    }),
    'gives the newest first': broken((good) => ({
      create: (job, options) => good.create({ ...job, createdAt: -job.createdAt }, options),
    })),
  },
  'a job that waits for input or has ended is not given; one that has its input is': {
    'gives jobs that wait': broken((good) => ({
      update: (id, version, change, options) =>
        good.update(id, version, change.state === 'input_required' ? { ...change, state: 'working' } : change, options),
    })),
    'gives no job that has waited': broken((good) => ({
      update: (id, version, change, options) =>
        good.update(id, version, change.input ? { ...change, state: 'input_required' } : change, options),
    })),
  },
  'of many claims at once each job goes to one': {
    'looks, waits and takes': broken((good) => {
      let free: JobRecord | undefined
      return {
        create(job, options) {
          free ??= job
          return good.create(job, options)
        },
        async claim(...of) {
          const found = free
          await Promise.resolve()
          free = undefined
          return found ? { ...found, attempt: 1 } : good.claim(...of)
        },
      }
    }),
  },
}
