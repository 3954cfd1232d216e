import type { CacheKey, CacheStore, MemoryCacheStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'
import { taglessStore } from './good.ts'

const unguarded = (good: MemoryCacheStore): Partial<CacheStore> => ({
  set: (key, entry, _, options) => good.set(key, entry, {}, options),
})

/** By the sentence that they break. */
export const brokenEpochCaches: BrokenStores<CacheStore> = {
  'invalidate removes every entry of the partition that carries one of the tags': {
    'only counts epochs': broken((good) => ({
      invalidate: (partition, _, options) => good.invalidate(partition, ['nobody'], options),
    })),
    'looks at the first tag of an entry': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, tags: entry.tags?.slice(0, 1) }, ...of),
    })),
    'invalidates the first tag only': broken((good) => ({
      invalidate: (partition, tags, options) => good.invalidate(partition, tags.slice(0, 1), options),
    })),
  },
  'invalidate removes nothing in another partition': {
    'invalidates everywhere': broken((good) => ({
      invalidate(partition, tags, options) {
        good.purge(tags, options)
        return good.epoch(partition, tags, options)
      },
    })),
  },
  'where tags are supported, invalidate removes and refuses nothing that carries none of the tags': {
    'removes the whole partition': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, tags: ['x'] }, ...of),
    })),
    'refuses everything since': broken((good) => ({
      set: (key, entry, guard, options) =>
        (guard.epoch ?? Number.POSITIVE_INFINITY) >= good.epoch(key.partition, ['x'], options) &&
        good.set(key, entry, {}, options),
    })),
  },
  'where tags are not supported, an invalidation removes and refuses everything of the partition': {
    'does nothing without tags': () => ({ ...taglessStore(), invalidate: () => 0 }),
    'removes, and lets late writes in': () => {
      const good = taglessStore()
      return { ...good, set: (key, entry, _, options) => good.set(key, entry, {}, options) }
    },
  },
  'a write is refused, and changes nothing, when a tag of its entry was invalidated after its epoch was read': {
    'ignores the guard': broken(unguarded),
    'removes what it would have replaced': broken((good) => ({
      set(key, entry, guard, options) {
        const isTaken = good.set(key, entry, guard, options)
        if (!isTaken) good.delete(key, options)
        return isTaken
      },
    })),
    'says yes to what it refuses': broken((good) => ({
      set(...of) {
        good.set(...of)
        return true
      },
    })),
  },
  'a write is taken whose epoch was read after the invalidation, and one without an epoch': {
    'refuses the epoch of the invalidation itself': broken((good) => ({
      set: (key, entry, guard, options) =>
        good.set(key, entry, guard.epoch === undefined ? {} : { epoch: guard.epoch - 1 }, options),
    })),
    'wants an epoch': broken((good) => ({
      set: (key, entry, guard, options) => good.set(key, entry, { epoch: guard.epoch ?? 0 }, options),
    })),
  },
  'each invalidation has an epoch of 0 or more that is higher than all before it; epoch tells the newest of the tags': {
    'counts each tag by itself': broken((good) => {
      const counts = new Map<string, number>()
      return {
        invalidate(partition, tags, options) {
          good.invalidate(partition, tags, options)
          for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
          return 1
        },
        epoch: (_, tags) => Math.max(0, ...tags.map((tag) => counts.get(tag) ?? 0)),
      }
    }),
    'tells the oldest of the tags': broken((good) => ({
      epoch: (partition, tags, options) =>
        tags.length > 1
          ? Math.min(...tags.map((tag) => good.epoch(partition, [tag], options)))
          : good.epoch(partition, tags, options),
    })),
    'knows no epoch of a partition': broken((good) => ({
      epoch: (partition, tags, options) => (tags.length === 0 ? 0 : good.epoch(partition, tags, options)),
    })),
  },
  'of many invalidations at once each has an epoch of its own': {
    'reads the epoch, waits and writes it': broken((good) => {
      let last = 0
      return {
        async invalidate(...of) {
          const next = last + 1
          await Promise.resolve()
          good.invalidate(...of)
          last = next
          return next
        },
        epoch: () => last,
      }
    }),
  },
  'a late write and an invalidation at once leave no entry': {
    'looks at the guard first and writes later': broken((good) => ({
      async set(key, entry, guard, options) {
        const newest = good.epoch(key.partition, entry.tags ?? [], options)
        await Promise.resolve()
        return newest <= (guard.epoch ?? newest) && good.set(key, entry, {}, options)
      },
    })),
  },
  'any text may be a tag, and an entry may have many': {
    'joins tags with commas': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, tags: entry.tags?.map((tag) => tag.trim()) }, ...of),
    })),
    'keeps ten tags': broken((good) => ({
      set: (key, entry, ...of) => good.set(key, { ...entry, tags: entry.tags?.slice(-10) }, ...of),
    })),
  },
  'purge without tags removes every entry of every partition, and refuses what was computed before': {
    'purges tagged entries only': broken((good) => {
      const tags = new Set<string>()
      return {
        set(key, entry, ...of) {
          for (const tag of entry.tags ?? []) tags.add(tag)
          return good.set(key, entry, ...of)
        },
        purge: (of, options) => good.purge(of ?? [...tags], options),
      }
    }),
    'forgets the epochs': broken((good) => {
      const keys = new Set<CacheKey>()
      return {
        set(key, ...of) {
          keys.add(key)
          return good.set(key, ...of)
        },
        purge(tags, options) {
          if (tags) good.purge(tags, options)
          else for (const key of keys) good.delete(key, options)
        },
      }
    }),
  },
  'purge with tags removes what carries one of them in every partition, and refuses what was computed before': {
    'purges everything': broken((good) => ({ purge: (_, options) => good.purge(undefined, options) })),
    'knows only partitions with entries': broken((good) => {
      const partitions = new Set<string>()
      return {
        set(key, ...of) {
          partitions.add(key.partition)
          return good.set(key, ...of)
        },
        purge(tags, options) {
          for (const partition of partitions) good.invalidate(partition, tags ?? [], options)
        },
      }
    }),
  },
}
