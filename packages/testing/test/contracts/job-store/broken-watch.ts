import type { JobRecord, JobStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

/** By the sentence that they break. */
export const brokenWatchJobs: BrokenStores<JobStore> = {
  'with push, watch tells the job after every update and claim from now on, in the order of versions, until it is ended':
    {
      'tells nothing of claims': broken((good) => ({
        watch(id, listener) {
          let attempt = 0
          return good.watch(id, (job) => {
            if (job.attempt === attempt) listener(job)
            attempt = job.attempt
          })
        },
      })),
      'tells the present state first': broken((good) => ({
        watch(id, listener) {
          const job = good.get(id, { now: 0 })
          if (job) listener(job)
          return good.watch(id, listener)
        },
      })),
      'goes on telling': broken((good) => ({
        watch(id, listener) {
          good.watch(id, listener)
          return () => {}
        },
      })),
      'tells the job from before': broken((good) => ({
        watch(id, listener) {
          let before = good.get(id, { now: 0 })
          return good.watch(id, (job) => {
            listener({ ...job, progress: before?.progress })
            before = job
          })
        },
      })),
    },
  'watch tells the newest version of the job in the end, and never an older one after a newer one': {
    'does not tell the end': broken((good) => ({
      watch: (id, listener) => good.watch(id, (job) => job.state === 'working' && listener(job)),
    })),
    'tells in any order': broken((good) => ({
      watch(id, listener) {
        let held: JobRecord | undefined
        return good.watch(id, (job) => {
          if (job.version === 5) held = job
          else listener(job)
          if (held && job.version === 7) listener(held)
        })
      },
    })),
  },
  'watch tells nothing of other jobs': {
    'tells of all jobs': broken((good) => {
      const listeners = new Set<(job: JobRecord) => void>()
      return {
        watch(_, listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        update(...of) {
          const job = good.update(...of)
          if (job) for (const listener of listeners) listener(job)
          return job
        },
      }
    }),
  },
  'what a listener throws reaches neither the update nor another listener': {
    'ends its other listeners': broken((good) => {
      const listeners = new Map<string, ((job: JobRecord) => void)[]>()
      return {
        watch(id, listener) {
          listeners.set(id, [...(listeners.get(id) ?? []), listener])
          return () => {}
        },
        update(...of) {
          const job = good.update(...of)
          try {
            if (job) for (const listener of listeners.get(job.id) ?? []) listener(job)
          } catch {
            // Nobody is told.
          }
          return job
        },
      }
    }),
  },
}
