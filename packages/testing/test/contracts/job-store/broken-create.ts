import type { JobRecord, JobStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

const terminal = ['completed', 'failed', 'cancelled']

/** One that gives jobs otherwise than they are. */
const giving = (change: (job: JobRecord) => JobRecord) =>
  broken((good) => ({
    get(...of) {
      const job = good.get(...of)
      return job && change(job)
    },
  }))

/** By the sentence that they break. */
export const brokenCreateJobs: BrokenStores<JobStore> = {
  'create keeps the job as it is given, with all its members, and get gives it': {
    'forgets the priority': broken((good) => ({
      create: (job, options) => good.create({ ...job, priority: undefined }, options),
    })),
    'has a metadata of its own': broken((good) => ({
      create: (job, options) => good.create({ ...job, metadata: { ...job.metadata, at: 1 } }, options),
    })),
    'takes false for nothing': giving((job) => ({ ...job, mayRepeat: job.mayRepeat || (undefined as never) })),
    'gives any job': broken((good) => {
      let last = ''
      return {
        create(job, options) {
          last = job.id
          return good.create(job, options)
        },
        get: (_, options) => good.get(last, options),
      }
    }),
    'reads the arguments': giving((job) => ({ ...job, arguments: JSON.stringify(JSON.parse(job.arguments), null, 1) })),
  },
  'every plain JSON value in a job comes back as it was': {
    'encodes text as bytes': giving((job) =>
      JSON.parse(JSON.stringify(job), (_, value: unknown) =>
        typeof value === 'string' ? Buffer.from(value).toString() : value,
      ),
    ),
    'takes null for nothing': giving((job) => ({ ...job, inputRequest: job.inputRequest ?? undefined })),
  },
  'create with the tenant and the idempotency key of a job gives that one and changes nothing': {
    'creates a second job': broken((good) => ({
      create: (job, options) => good.create({ ...job, idempotencyKey: job.id }, options),
    })),
    'says that the old one is new': broken((good) => ({
      create: (...of) => ({ ...good.create(...of), created: true }),
    })),
    'gives the new job and keeps the old one': broken((good) => ({
      create: (job, options) => ({ ...good.create(job, options), job }),
    })),
    'forgets the key of a job that has ended': broken((good) => {
      const ended = new Set<string>()
      return {
        update(id, version, change, options) {
          const job = good.update(id, version, change, options)
          if (job && terminal.includes(job.state)) ended.add(job.idempotencyKey)
          return job
        },
        create: (job, options) => (ended.has(job.idempotencyKey) ? { created: true, job } : good.create(job, options)),
      }
    }),
  },
  'one idempotency key of two tenants, or of none, is that of two jobs': {
    'has one tenant': broken((good) => ({
      create: (job, options) => good.create({ ...job, tenant: 'one' }, options),
    })),
    'takes no tenant for one without a name': broken((good) => ({
      create: (job, options) => good.create({ ...job, tenant: job.tenant ?? '' }, options),
    })),
  },
  'any text may be an idempotency key, a tenant and a tool, and no two texts are the same': {
    'trims idempotency keys': broken((good) => ({
      create: (job, options) => good.create({ ...job, idempotencyKey: job.idempotencyKey.trim() }, options),
    })),
    'folds tools to lower case': broken((good) => ({
      create: (job, options) => good.create({ ...job, tool: job.tool.toLowerCase() }, options),
      claim: (owner, leaseMs, options) =>
        good.claim(owner, leaseMs, { ...options, tools: options.tools.map((tool) => tool.toLowerCase()) }),
    })),
  },
  'of many who create with one idempotency key at once one does, and all are given its job': {
    'looks, waits and creates': broken((good) => {
      const keys = new Set<string>()
      return {
        async create(job, options) {
          const isThere = keys.has(job.idempotencyKey)
          await Promise.resolve()
          keys.add(job.idempotencyKey)
          return good.create(isThere ? job : { ...job, idempotencyKey: job.id }, options)
        },
      }
    }),
  },
  'a job is there until ttlMs after the update that ended it, exclusive; then its idempotency key is free': {
    'keeps ended jobs for ever': broken((good) => ({ get: (id) => good.get(id, { now: 0 }) })),
    'counts from the creation': broken((good) => ({
      get(id, options) {
        const job = good.get(id, options)
        return job && options.now >= job.createdAt + job.ttlMs ? undefined : job
      },
    })),
    'drops a job a millisecond early': broken((good) => ({ get: (id, { now }) => good.get(id, { now: now + 1 }) })),
    'keeps the idempotency key': broken((good) => ({
      create: (job, { now }) => good.create(job, { now: now - 10 }),
    })),
  },
  'the ttlMs of the update that ends a job counts': {
    'keeps to the first ttlMs': broken((good) => ({
      update(id, version, { ttlMs: _ttlMs, ...change }, options) {
        return good.update(id, version, change, options)
      },
    })),
  },
  'a job that has not ended stays, however long that takes': {
    'drops jobs that wait for input': broken((good) => ({
      get(id, options) {
        const job = good.get(id, options)
        const isOver = job?.state === 'input_required' && options.now >= job.updatedAt + job.ttlMs
        return isOver ? undefined : job
      },
    })),
  },
}
