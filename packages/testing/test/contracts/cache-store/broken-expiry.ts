import { type CacheStore, memoryCacheStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

const longestTimeout = 2 ** 31 - 1

/** By the sentence that they break. */
export const brokenExpiryCaches: BrokenStores<CacheStore> = {
  'an entry is given until its expiresAt, exclusive': {
    'ignores the end of a life': broken((good) => ({ get: (key) => good.get(key, { now: 0 }) })),
    'gives an entry for a millisecond too long': broken((good) => ({
      get: (key, { now }) => good.get(key, { now: now - 1 }),
    })),
    'ends a life a millisecond early': broken((good) => ({
      get: (key, { now }) => good.get(key, { now: now + 1 }),
    })),
  },
  'an entry with a staleUntil is given until then, exclusive': {
    'does not give stale entries': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, staleUntil: undefined }, ...of),
    })),
    'gives stale entries for ever': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, ...(entry.staleUntil && { staleUntil: 1e15 }) }, ...of),
    })),
  },
  'reading never extends a life': {
    'keeps an entry that is read': broken((good) => ({
      get(key, options) {
        const entry = good.get(key, options)
        if (!entry) return undefined
        const lifeMs = entry.expiresAt - entry.storedAt
        good.set(key, { ...entry, storedAt: options.now, expiresAt: options.now + lifeMs }, {}, options)
        return entry
      },
    })),
  },
  'an entry that takes the place of another brings its own end': {
    'keeps the end of the first': broken((good) => ({
      set(key, entry, guard, options) {
        const { expiresAt } = good.get(key, options) ?? entry
        return good.set(key, { ...entry, expiresAt }, guard, options)
      },
    })),
    'keeps the longer life': broken((good) => ({
      set(key, entry, guard, options) {
        const old = good.get(key, options)
        const expiresAt = Math.max(entry.expiresAt, old?.expiresAt ?? 0)
        return good.set(key, { ...entry, expiresAt }, guard, options)
      },
    })),
  },
  'an entry that is over when it is stored is never given, nor is the one whose place it took': {
    'takes a life of nothing for one without an end': broken((good) => ({
      set: (key, entry, guard, options) =>
        good.set(key, entry.expiresAt <= options.now ? { ...entry, expiresAt: 1e15 } : entry, guard, options),
    })),
    'leaves out what is over': broken((good) => ({
      set: (key, entry, guard, options) => entry.expiresAt <= options.now || good.set(key, entry, guard, options),
    })),
  },
  'an end that is far away comes no sooner': {
    'counts lives in 31 bits': broken((good) => ({
      set: (key, entry, guard, options) =>
        good.set(
          key,
          entry.expiresAt - options.now > longestTimeout ? { ...entry, expiresAt: options.now + 1 } : entry,
          guard,
          options,
        ),
    })),
  },
  'a store with a clock of its own keeps an entry for as long as its writer said, whatever time that one has': {
    'takes the end of a life by the clock of its writer': {
      clock: 'server',
      create() {
        const good = memoryCacheStore()
        return { ...good, get: (key) => good.get(key, { now: Date.now() }) }
      },
    },
  },
}
