import { type JobStore, memoryJobStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, changed, durableStore } from './broken.ts'

/** One that is durable, and opened again has some of its methods replaced. */
const reopened = (change: (store: JobStore) => Partial<JobStore>) => () => {
  const { store, reopen } = durableStore()
  return { store, reopen: () => ({ ...reopen(), ...change(store) }) }
}

/** One that is shared, where the others have some methods replaced. */
const shared = (change: (store: JobStore) => Partial<JobStore>) => () => {
  const good = memoryJobStore({ shared: true })
  const store = changed(good, {})
  return { store, reopen: () => changed(good, change(store)) }
}

/** By the sentence that they break. */
export const brokenStoreJobs: BrokenStores<JobStore> = {
  'supports says of durable, shared and push whether they are there': {
    'says nothing': broken(() => ({ supports: {} as never })),
  },
  'what is durable is there when the store is opened again: jobs, their keys, leases and ends': {
    'loses all': () => ({ store: durableStore().store, reopen: () => durableStore().store }),
    'cannot be opened again': () => durableStore().store,
    'forgets the idempotency keys': reopened((store) => ({
      create: (job, options) => store.create({ ...job, idempotencyKey: job.id }, options),
    })),
    'forgets the leases': reopened((store) => ({
      claim: (owner, leaseMs, { now, ...options }) => store.claim(owner, leaseMs, { now: now + 1e9, ...options }),
    })),
    'forgets the versions': reopened((store) => ({
      async update(id, _, change, options) {
        const job = await store.get(id, options)
        return job ? store.update(id, job.version, change, options) : false
      },
    })),
    'keeps ended jobs for ever': reopened((store) => ({ get: (id) => store.get(id, { now: 0 }) })),
  },
  'what is shared is one store for all: a job goes to one, an update is seen and told by the others': {
    'is another one for everybody': () => ({
      store: memoryJobStore({ shared: true }),
      reopen: () => memoryJobStore({ shared: true }),
    }),
    'cannot be opened by others': () => memoryJobStore({ shared: true }),
    'tells nobody else': shared(() => ({ watch: () => () => {} })),
    'lets others change what has ended': shared((store) => ({
      async update(id, version, change, options) {
        const job = await store.get(id, options)
        return (await store.update(id, version, change, options)) || (job ? { ...job, ...change } : false)
      },
    })),
  },
  'a store with a clock of its own judges leases and ends by it, whatever time it is told': {
    'goes by the time that it is told': { clock: 'server', create: () => memoryJobStore() },
  },
  'a signal that is aborted already makes no method hang': {
    'waits for ever when nobody waits for it': broken((good) => ({
      claim: (owner, leaseMs, options) =>
        options.signal?.aborted ? new Promise(() => {}) : good.claim(owner, leaseMs, options),
    })),
  },
}
