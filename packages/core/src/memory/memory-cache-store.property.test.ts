import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CacheEntry } from '../ports/cache-store.ts'
import { memoryCacheStore } from './memory-cache-store.ts'

interface Kept {
  readonly partition: string
  readonly key: string
  readonly entry: CacheEntry
}

const step = fc.record({
  what: fc.constantFrom('set', 'set', 'get', 'get', 'delete', 'invalidate', 'purge'),
  partition: fc.constantFrom('p', 'q'),
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  tags: fc.subarray(['x', 'y', 'z']),
  lifeMs: fc.integer({ min: 1, max: 30 }),
  passMs: fc.integer({ min: 0, max: 5 }),
})

it('keeps what a list keeps that is searched from end to end', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (steps, maxEntries) => {
      const store = memoryCacheStore({ maxEntries })
      let list: Kept[] = []
      let now = 0
      for (const [n, { what, partition, key, tags, lifeMs, passMs }] of steps.entries()) {
        now += passMs
        const isIt = (kept: Kept): boolean => kept.partition === partition && kept.key === key
        if (what === 'set') {
          const entry = { id: `${n}`, value: n, storedAt: now, expiresAt: now + lifeMs, tags }
          store.set({ partition, key }, entry, {}, { now })
          list = [...list.filter((kept) => !isIt(kept)), { partition, key, entry }].slice(-maxEntries)
        } else if (what === 'delete') {
          store.delete({ partition, key }, { now })
          list = list.filter((kept) => !isIt(kept))
        } else if (what === 'invalidate') {
          store.invalidate(partition, tags, { now })
          list = list.filter(
            ({ entry, ...kept }) => kept.partition !== partition || !entry.tags?.some((tag) => tags.includes(tag)),
          )
        }
        if (what === 'purge') {
          store.purge(lifeMs > 25 ? undefined : tags, { now })
          list = lifeMs > 25 ? [] : list.filter(({ entry }) => !entry.tags?.some((tag) => tags.includes(tag)))
        }
        const expected = list.find(isIt)?.entry
        const isAlive = expected !== undefined && now < expected.expiresAt
        if (!isAlive) list = list.filter((kept) => !isIt(kept))
        expect(store.get({ partition, key }, { now })).toBe(isAlive ? expected : undefined)
        expect(store.size).toBe(list.length)
      }
    }),
  )
})
