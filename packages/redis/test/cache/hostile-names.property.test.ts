import { type CacheEntry, memoryCacheStore } from '@headrace/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisCacheStore, redisVectorIndex } from '../../src/cache.ts'
import type { RedisClient } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { ownPrefix, serverKinds } from './open-clients.ts'

/** Texts that would do harm where keys, patterns, scripts or separators are made of them. */
const hostile = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    '{a}',
    '}{',
    'cache:{A}:epoch',
    'headrace:',
    '*',
    'a b',
    'a\nb',
    '\r\nFLUSHALL\r\n',
    '\0',
    '__proto__',
    "']]; redis.call('FLUSHALL') --",
    '\ud800',
    '\ud801',
    '\ufffd',
    'born',
    'floor',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const few = fc.uniqueArray(hostile, { minLength: 3, maxLength: 5 })
const at = fc.nat({ max: 4 })
const action = fc.record({
  what: fc.constantFrom('set', 'set', 'set', 'late set', 'delete', 'invalidate', 'purge', 'find', 'find'),
  partition: at,
  key: at,
  tags: fc.uniqueArray(at, { maxLength: 2 }),
})

const now = Date.now()
const hourMs = 3_600_000

for (const { title, program, open } of serverKinds) {
  describe.skipIf(isServerMissing(program))(`on ${title}`, () => {
    let client: RedisClient
    beforeAll(async () => {
      client = await open()
    })
    afterAll(() => client.close())

    it('no content of a partition, key or tag reaches what another names', async () => {
      const sequence = fc.record({ texts: few, actions: fc.array(action, { minLength: 5, maxLength: 25 }) })
      await fc.assert(
        fc.asyncProperty(sequence, async ({ texts, actions }) => {
          const stores = [redisCacheStore({ client, prefix: ownPrefix() }), memoryCacheStore()]
          const text = (index: number): string => texts[index % texts.length] ?? ''
          const early = await Promise.all(
            texts.flatMap((partition) => stores.map((store) => store.epoch(partition, [], { now }))),
          )
          const answers = []
          for (const [index, store] of stores.entries()) {
            const told: unknown[] = []
            for (const [step, { what, partition: place, key: name, tags: numbers }] of actions.entries()) {
              const partition = text(place)
              const key = { partition, key: text(name) }
              const tags = numbers.map(text)
              const entry: CacheEntry = {
                id: `${step}`,
                value: text(name),
                storedAt: now,
                expiresAt: now + hourMs,
                tags,
              }
              const epoch = early[(place % texts.length) * 2 + index]
              if (what === 'set') told.push(await store.set(key, entry, {}, { now }))
              else if (what === 'late set') told.push(await store.set(key, entry, { epoch }, { now }))
              else if (what === 'delete') await store.delete(key, { now })
              else if (what === 'invalidate') await store.invalidate(partition, tags, { now })
              else if (what === 'purge') await store.purge(tags, { now })
              else told.push(await store.get(key, { now }))
            }
            for (const partition of texts) {
              for (const key of texts) told.push(await store.get({ partition, key }, { now }))
            }
            answers.push(told)
          }
          expect(answers[0]).toEqual(answers[1])
        }),
        { numRuns: 15 },
      )
    })

    it('no content of a bucket or id reaches what another names', async () => {
      const kept = fc.array(fc.tuple(at, at), { minLength: 1, maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(few, kept, async (texts, pairs) => {
          const index = redisVectorIndex({ client, prefix: ownPrefix() })
          const text = (at: number): string => texts[at % texts.length] ?? ''
          const vector = Float32Array.of(1, 2, 3)
          const expected = new Map<string, Set<string>>()
          for (const [bucket, id] of pairs) {
            await index.add(text(bucket), text(id), vector, now + hourMs, { now })
            expected.set(text(bucket), (expected.get(text(bucket)) ?? new Set()).add(text(id)))
          }
          const [removed = [0, 0]] = pairs
          await index.remove(text(removed[0]), [text(removed[1])], { now })
          expected.get(text(removed[0]))?.delete(text(removed[1]))
          for (const bucket of texts) {
            const found = await index.search(bucket, vector, { now, limit: 10, floor: 0.9 })
            expect(new Set(found.map(({ id }) => id))).toEqual(expected.get(bucket) ?? new Set())
          }
        }),
        { numRuns: 15 },
      )
    })
  })
}
