import type { CacheEntry, CacheGuard, CacheKey, CacheStore, PortOptions } from '@headrace/core'
import { hold, holdEqual } from '../hold.ts'
import type { Trial } from '../trial.ts'

/** A partition of the store under test. */
export interface Shelf {
  readonly partition: string
  place(key: string): CacheKey
  /** An entry that lives for long; times are of this moment. */
  entry(id: string, rest?: Partial<CacheEntry>): CacheEntry
  set(key: string, entry: CacheEntry, guard?: CacheGuard): Promise<boolean>
  /** Stores an entry that has to be taken. */
  put(key: string, entry: CacheEntry, guard?: CacheGuard): Promise<void>
  get(key: string): Promise<CacheEntry | undefined>
  /** The id of the key's entry. */
  find(key: string): Promise<string | undefined>
  invalidate(...tags: readonly string[]): Promise<number>
  /** The newest epoch of the tags; of the partition, for none. */
  epoch(...tags: readonly string[]): Promise<number>
}

/** Works with a partition, a fresh one unless it is given; of the trial's own store unless another is given. */
export function openShelf(
  trial: Trial<CacheStore>,
  { partition = trial.name('partition'), store = trial.store }: { partition?: string; store?: CacheStore } = {},
): Shelf {
  const { time, at } = trial
  const place = (key: string): CacheKey => ({ partition, key })
  const set: Shelf['set'] = (key, entry, guard = {}) =>
    time.begin(async () => store.set(place(key), entry, guard, at()))
  const get: Shelf['get'] = async (key) => store.get(place(key), at())
  return {
    partition,
    place,
    entry: (id, rest = {}) => {
      const now = time.now()
      return { id, value: `the value of ${id}`, storedAt: now, expiresAt: now + 1_000 * time.unit, ...rest }
    },
    set,
    async put(key, entry, guard) {
      holdEqual(await set(key, entry, guard), true, 'what set answers')
    },
    get,
    find: async (key) => (await get(key))?.id,
    invalidate: async (...tags) => store.invalidate(partition, tags, at()),
    epoch: async (...tags) => store.epoch(partition, tags, at()),
  }
}

/** Throws unless the entry that a store gives is the one that it was given. */
export function holdSame(actual: CacheEntry | undefined, expected: CacheEntry, what: string): void {
  hold(actual !== undefined, `${what} is found`)
  holdEqual(partsOf(actual), partsOf(expected), what)
}

function partsOf({ id, value, storedAt, expiresAt, staleUntil, tags = [] }: CacheEntry): unknown {
  return { id, value, storedAt, expiresAt, staleUntil, tags: [...tags] }
}

/** The two methods of a store with leases. */
export interface Leasing {
  /** Asks for the lease; gives the token. */
  take(key: string, ttlMs: number): Promise<string>
  /** Asks for the lease that somebody has; gives after how long to look again. */
  wait(key: string, ttlMs: number): Promise<number>
  release(key: string, token: string): Promise<void>
}

/** Leases of a shelf's keys. */
export function openLeasing({ store, at, time }: Trial<CacheStore>, { place }: Shelf): Leasing {
  const ask = async (key: string, ttlMs: number): Promise<{ readonly token: string } | { readonly waitMs: number }> => {
    const { lease } = store
    hold(lease !== undefined, 'a store that supports leases has a method lease')
    return time.begin(() => lease.call(store, place(key), ttlMs, at()))
  }
  return {
    async take(key, ttlMs) {
      const answer = await ask(key, ttlMs)
      hold('token' in answer && typeof answer.token === 'string', 'a lease that nobody holds is given', answer)
      return answer.token
    },
    async wait(key, ttlMs) {
      const answer = await ask(key, ttlMs)
      hold('waitMs' in answer, 'a lease that somebody holds is not given', answer)
      return answer.waitMs
    },
    async release(key, token) {
      const { release } = store
      hold(release !== undefined, 'a store that supports leases has a method release')
      const options: PortOptions = at()
      await release.call(store, place(key), token, options)
    },
  }
}
