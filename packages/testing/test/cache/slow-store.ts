import { type Awaitable, type CacheStore, memoryCacheStore } from '@headrace/core'
import type { TestClock } from '@headrace/testing'
import { sleep } from '../fixture/tools.ts'

/** How long the next question is under way to the store, and its answer back. */
export type Delays = () => readonly [number, number]

/** A store behind a network: questions overtake each other, and so do answers. */
export function slowStore(clock: TestClock, delays: Delays, store: CacheStore = memoryCacheStore()): CacheStore {
  const slow =
    <Given extends readonly unknown[], Answer>(ask: (...given: Given) => Awaitable<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      const [there, back] = delays()
      await sleep(clock, there)
      const answer = await ask(...given)
      await sleep(clock, back)
      return answer
    }
  return {
    supports: { ...store.supports, persistent: true },
    get: slow(store.get),
    set: slow(store.set),
    delete: slow(store.delete),
    invalidate: slow(store.invalidate),
    purge: slow(store.purge),
    epoch: slow(store.epoch),
    ...(store.lease === undefined ? undefined : { lease: slow(store.lease) }),
    ...(store.release === undefined ? undefined : { release: slow(store.release) }),
  }
}
