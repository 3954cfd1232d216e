import type { CacheEntry, CacheKey, CacheStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

const always = { now: 0 }

/** By the sentence that they break. */
export const brokenEntryCaches: BrokenStores<CacheStore> = {
  'get gives the entry that was stored under the key, with all its members, and nothing where nothing was': {
    'forgets the tags': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, tags: undefined }, ...of),
    })),
    'gives staleUntil as the end': broken((good) => ({
      get(...of) {
        const entry = good.get(...of)
        return entry && { ...entry, expiresAt: entry.staleUntil ?? entry.expiresAt }
      },
    })),
    'gives the last entry for any key': broken((good) => {
      let last: CacheEntry | undefined
      return {
        set(key, entry, ...of) {
          last = entry
          return good.set(key, entry, ...of)
        },
        get: () => last,
      }
    }),
    'keeps nothing': broken(() => ({ set: () => true })),
  },
  'every plain JSON value comes back as it was': {
    'takes a null for nothing': broken((good) => ({
      get(...of) {
        const entry = good.get(...of)
        return (entry?.value ?? undefined) === undefined ? undefined : entry
      },
    })),
    'encodes text as bytes': broken((good) => ({
      get(...of) {
        const entry = good.get(...of)
        if (typeof entry?.value !== 'string') return entry
        return { ...entry, value: new TextDecoder().decode(new TextEncoder().encode(entry.value)) }
      },
    })),
    'takes an empty list for an empty object': broken((good) => ({
      get(...of) {
        const entry = good.get(...of)
        return entry && { ...entry, value: JSON.parse(JSON.stringify(entry.value).replaceAll('[]', '{}')) }
      },
    })),
    'copies members by assigning them': broken((good) => ({
      get(...of) {
        const entry = good.get(...of)
        const value: unknown = entry?.value
        if (!entry || typeof value !== 'object' || value === null || Array.isArray(value)) return entry
        const copy: Record<string, unknown> = {}
        for (const [name, member] of Object.entries(value)) copy[name] = member
        return { ...entry, value: copy }
      },
    })),
    'cuts long values': broken((good) => ({
      set: (key, entry, guard, options) =>
        JSON.stringify(entry.value).length > 500_000 || good.set(key, entry, guard, options),
    })),
  },
  'set puts the entry in the place of an older one of the same key': {
    'keeps the first entry of a key': broken((good) => ({
      set: (key, entry, guard, options) => good.get(key, options) !== undefined || good.set(key, entry, guard, options),
    })),
  },
  'delete removes the entry of its key, if it is there, and no other': {
    'deletes nothing': broken(() => ({ delete: () => {} })),
    'deletes the whole partition': broken((good) => {
      const keys = new Set<CacheKey>()
      return {
        set(key, ...of) {
          keys.add(key)
          return good.set(key, ...of)
        },
        delete(key, options) {
          for (const one of keys) if (one.partition === key.partition) good.delete(one, options)
        },
      }
    }),
  },
  'entries of different partitions never meet': {
    'has one partition for all': broken((good) => ({
      get: ({ key }, options) => good.get({ partition: '', key }, options),
      set: ({ key }, ...of) => good.set({ partition: '', key }, ...of),
    })),
    'deletes in every partition': broken((good) => {
      const keys = new Set<CacheKey>()
      return {
        set(key, ...of) {
          keys.add(key)
          return good.set(key, ...of)
        },
        delete({ key }, options) {
          for (const one of keys) if (one.key === key) good.delete(one, options)
        },
      }
    }),
  },
  'any text may be a partition, a key and an id, and no two texts are the same': {
    'keeps entries in a plain object': () => {
      const entries: Record<string, CacheEntry> = {}
      const nameOf = ({ partition, key }: CacheKey): string => (partition.length > 60 ? partition + key : key)
      return broken(() => ({
        get: (key) => entries[nameOf(key)],
        set(key, entry) {
          entries[nameOf(key)] = entry
          return true
        },
      }))()
    },
    'folds keys to lower case': broken((good) => ({
      get: ({ partition, key }, options) => good.get({ partition, key: key.toLowerCase() }, options),
      set: ({ partition, key }, ...of) => good.set({ partition, key: key.toLowerCase() }, ...of),
    })),
    'normalizes partitions': broken((good) => ({
      get: ({ partition, key }, options) => good.get({ partition: partition.normalize(), key }, options),
      set: ({ partition, key }, ...of) => good.set({ partition: partition.normalize(), key }, ...of),
    })),
    'cuts keys': broken((good) => ({
      get: ({ partition, key }, options) => good.get({ partition, key: key.slice(0, 1_024) }, options),
      set: ({ partition, key }, ...of) => good.set({ partition, key: key.slice(0, 1_024) }, ...of),
    })),
  },
  'parts of a name cannot be moved between partition and key': {
    'joins partition and key': broken((good) => ({
      get: ({ partition, key }, options) => good.get({ partition: '', key: `${partition}:${key}` }, options),
      set: ({ partition, key }, ...of) => good.set({ partition: '', key: `${partition}:${key}` }, ...of),
    })),
  },
  'whoever writes on a value that get gave changes nothing that is kept': {
    'gives what it keeps, not frozen': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, value: structuredClone(entry.value) }, ...of),
    })),
  },
  'of writes and deletions at once, one entry is left whole, or none': {
    'writes an entry in parts': broken((good) => ({
      async set(key, entry, ...of) {
        const { value } = good.get(key, always) ?? entry
        good.set(key, { ...entry, value }, ...of)
        await Promise.resolve()
        const { id } = good.get(key, always) ?? entry
        return good.set(key, { ...entry, id }, ...of)
      },
    })),
  },
}
