import { type CacheStore, memoryCacheStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'
import { persistentStore } from './good.ts'

/** By the sentence that they break. */
export const brokenStoreCaches: BrokenStores<CacheStore> = {
  'supports says of leases, tags and persistent whether they are there': {
    'says nothing of tags': broken(() => ({ supports: { leases: false, persistent: false } as never })),
  },
  'what is persistent is there when the store is opened again: entries, their ends and epochs': {
    'loses all': () => ({ store: persistentStore().store, reopen: () => persistentStore().store }),
    'cannot be opened again': () => persistentStore().store,
    'loses its epochs': () => {
      const { store } = persistentStore()
      return {
        store,
        reopen: () => ({ ...store, set: (key, entry, _, options) => store.set(key, entry, {}, options) }),
      }
    },
    'forgets when a life ends': () => {
      const { store } = persistentStore()
      return { store, reopen: () => ({ ...store, get: (key) => store.get(key, { now: 0 }) }) }
    },
    'forgets the tags': () => {
      const { store } = persistentStore()
      const reopen = () => ({ ...store, invalidate: memoryCacheStore().invalidate })
      return { store, reopen }
    },
  },
  'a signal that is aborted already makes no method hang': {
    'waits for ever when nobody waits for it': broken((good) => ({
      epoch: (partition, tags, options) =>
        options.signal?.aborted ? new Promise(() => {}) : good.epoch(partition, tags, options),
    })),
  },
}
