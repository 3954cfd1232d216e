import { type CacheEntry, memoryCacheStore } from '@headrace/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lruCacheStore } from './lru-cache-store.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'a\0', '1:a')
const tags = fc.subarray(['x', 'y', 'z'])
const step = fc.oneof(
  fc.record({
    type: fc.constant('set' as const),
    partition: name,
    key: name,
    tags,
    value: fc.jsonValue(),
    ttl: fc.nat(50),
  }),
  fc.record({ type: fc.constant('get' as const), partition: name, key: name }),
  fc.record({ type: fc.constant('delete' as const), partition: name, key: name }),
  fc.record({ type: fc.constant('invalidate' as const), partition: name, tags }),
  fc.record({ type: fc.constant('purge' as const), tags: fc.option(tags, { nil: undefined, freq: 3 }) }),
  fc.record({ type: fc.constant('pass' as const), ms: fc.nat(20) }),
)

test('the sum of the sizes never passes a limit, and is 0 when nothing is left', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 300, max: 3_000 }),
      (steps, maxEntries, maxBytes) => {
        const store = lruCacheStore({ maxEntries, maxBytes })
        let now = 0
        for (const [index, one] of steps.entries()) {
          now += play(store, one, { now, id: `${index}` }).ms
          const { entries, bytes } = store.stats()
          expect(entries).toBeLessThanOrEqual(maxEntries)
          expect(bytes).toBeLessThanOrEqual(maxBytes)
          expect(entries === 0).toBe(bytes === 0)
        }
        store.purge(undefined, { now })
        expect(store.stats()).toMatchObject({ entries: 0, bytes: 0 })
      },
    ),
  )
})

test("where nothing is dropped for its size it answers as core's store does", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [store, model] = [lruCacheStore(), memoryCacheStore()]
      let now = 0
      for (const [index, one] of steps.entries()) {
        const at = { now, id: `${index}` }
        const [ours, theirs] = [play(store, one, at), play(model, one, at)]
        expect(ours).toEqual(theirs)
        now += ours.ms
      }
    }),
  )
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function play(
  store: Pick<ReturnType<typeof memoryCacheStore>, 'get' | 'set' | 'delete' | 'invalidate' | 'purge' | 'epoch'>,
  one: Step,
  { now, id }: { readonly now: number; readonly id: string },
): { readonly ms: number; readonly answer?: unknown } {
  const at = { now }
  switch (one.type) {
    case 'set': {
      const entry: CacheEntry = { id, value: one.value, storedAt: now, expiresAt: now + one.ttl, tags: one.tags }
      return {
        ms: 0,
        answer: store.set(one, entry, { epoch: Math.max(0, store.epoch(one.partition, [], at) - 1) }, at),
      }
    }
    case 'get':
      return { ms: 0, answer: store.get(one, at) }
    case 'delete':
      store.delete(one, at)
      return { ms: 0 }
    case 'invalidate':
      return { ms: 0, answer: store.invalidate(one.partition, one.tags, at) }
    case 'purge':
      store.purge(one.tags, at)
      return { ms: 0, answer: store.epoch('a', one.tags ?? [], at) }
    case 'pass':
      return { ms: one.ms }
  }
}
