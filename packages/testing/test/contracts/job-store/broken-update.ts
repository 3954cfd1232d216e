import type { JobRecord, JobStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

const terminal = ['completed', 'failed', 'cancelled']

/** By the sentence that they break. */
export const brokenUpdateJobs: BrokenStores<JobStore> = {
  'update changes what it names, sets version one higher and updatedAt to now, and leaves the rest': {
    'changes the state only': broken((good) => ({
      update: (id, version, { state }, options) => good.update(id, version, state ? { state } : {}, options),
    })),
    'gives the job from before': broken((good) => ({
      update(id, version, change, options) {
        const before = good.get(id, options)
        return good.update(id, version, change, options) && (before ?? false)
      },
    })),
    'leaves the version': broken((good) => ({
      update(id, version, change, options) {
        const job = good.update(id, version, change, options)
        return job && { ...job, version }
      },
    })),
    'leaves updatedAt': broken((good) => ({
      update(id, version, change, options) {
        const { updatedAt } = good.get(id, options) ?? { updatedAt: 0 }
        return good.update(id, version, change, { now: updatedAt })
      },
    })),
    'loses what is not named': broken((good) => ({
      update: (id, version, change, options) => {
        const job = good.update(id, version, change, options)
        return job && { ...job, metadata: undefined }
      },
    })),
  },
  'a member that is there and undefined is taken out, one that is missing stays': {
    'leaves what is undefined': broken((good) => ({
      update: (id, version, change, options) => good.update(id, version, JSON.parse(JSON.stringify(change)), options),
    })),
    'takes out what is missing': broken((good) => ({
      update: (id, version, change, options) =>
        good.update(id, version, { inputRequest: undefined, ...change }, options),
    })),
  },
  'an update with another version, or of no job, is answered with false and changes nothing': {
    'ignores the version': broken((good) => ({
      update(id, _, change, options) {
        const job = good.get(id, options)
        return job ? good.update(id, job.version, change, options) : false
      },
    })),
    'takes newer versions': broken((good) => ({
      update(id, version, change, options) {
        const job = good.get(id, options)
        return job !== undefined && version >= job.version && good.update(id, job.version, change, options)
      },
    })),
    'makes a job of an update': broken((good) => {
      const made = new Map<string, JobRecord>()
      return {
        get: (id, options) => good.get(id, options) ?? made.get(id),
        update(id, version, change, options) {
          if (!good.get(id, options)) made.set(id, { id } as JobRecord)
          return good.update(id, version, change, options)
        },
      }
    }),
  },
  'a job that has ended never changes again': {
    'changes jobs that have ended': broken((good) => {
      const ended = new Map<string, JobRecord>()
      return {
        get: (id, options) => ended.get(id) ?? good.get(id, options),
        update(id, version, change, options) {
          const job = ended.get(id) ?? good.get(id, options)
          if (job === undefined || version !== job.version) return false
          const next = { ...job, ...change, version: version + 1 }
          if (terminal.includes(next.state)) ended.set(id, next)
          return terminal.includes(job.state) ? next : good.update(id, version, change, options)
        },
      }
    }),
    'lets a cancelled job be completed': broken((good) => ({
      update(id, version, change, options) {
        const job = good.get(id, options)
        if (job?.state === 'cancelled' && change.state === 'completed') return { ...job, ...change }
        return good.update(id, version, change, options)
      },
    })),
  },
  'of many updates of one version at once one is taken': {
    'looks at the version, waits and writes': broken((good) => ({
      async update(id, version, change, options) {
        const job = good.get(id, options)
        await Promise.resolve()
        const newest = good.get(id, options)
        if (job?.version !== version || newest === undefined) return false
        return good.update(id, newest.version, change, options)
      },
    })),
  },
  'of many ends at once a job has one': {
    'looks at the state, waits and says yes': broken((good) => ({
      async update(id, version, change, options) {
        const job = good.get(id, options)
        await Promise.resolve()
        const isTaken = job?.version === version && !terminal.includes(job.state)
        return good.update(id, version, change, options) || (isTaken && { ...job, ...change })
      },
    })),
  },
  'a record that was given, or taken, is never changed afterwards': {
    'changes the records that it has given': broken((good) => {
      const given = new Map<string, JobRecord>()
      const same = (job: JobRecord) => {
        const known = Object.assign(given.get(job.id) ?? {}, job)
        given.set(job.id, known)
        return known
      }
      return {
        create(...of) {
          const answer = good.create(...of)
          return { ...answer, job: same(answer.job) }
        },
        get(...of) {
          const job = good.get(...of)
          return job && same(job)
        },
        update(...of) {
          const job = good.update(...of)
          return job && same(job)
        },
      }
    }),
    'writes on the record that it takes': broken((good) => ({
      create(job, options) {
        const answer = good.create(job, options)
        good.watch(job.id, ({ state }) => Reflect.set(job, 'state', state))
        return answer
      },
    })),
  },
}
