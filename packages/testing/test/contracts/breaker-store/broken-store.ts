import { type BreakerStore, memoryBreakerStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, ruled } from './broken.ts'

/** By the sentence that they break. */
export const brokenStoreBreakers: BrokenStores<BreakerStore> = {
  'each key has a breaker of its own, whatever the key is': {
    'trims keys': broken((good) => ({ admit: (key, ...of) => good.admit(key.trimEnd(), ...of) })),
    'cuts long keys': broken((good) => ({
      admit: (key, ...of) => good.admit(key.slice(0, 200), ...of),
      record: (key, ...of) => good.record(key.slice(0, 200), ...of),
      set: (key, ...of) => good.set(key.slice(0, 200), ...of),
    })),
  },
  'it judges any row of outcomes as the breaker in memory does': {
    'judges by a window that is one call too long': ruled(({ windowCalls }) => ({ windowCalls: windowCalls + 1 })),
  },
  'a signal that is aborted already makes no method hang': {
    'never answers whoever has gone': broken((good) => ({
      renew: (key, probe, options) =>
        options.signal?.aborted ? new Promise(() => {}) : good.renew(key, probe, options),
    })),
  },
  'a store with a clock of its own goes by it, whatever time it is told': {
    'goes by the time that it is told although it says otherwise': {
      clock: 'server',
      create: () => memoryBreakerStore(),
    },
  },
  'a store that is shared keeps one breaker for all, and tells the others': {
    'is another one for everybody': () => ({ store: memoryBreakerStore(), reopen: () => memoryBreakerStore() }),
    'tells nobody else': () => {
      const store = memoryBreakerStore()
      return { store, reopen: () => ({ ...store, watch: () => () => {} }) }
    },
  },
}
