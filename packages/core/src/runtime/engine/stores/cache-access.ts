import type { CacheEntry, CacheGuard, CacheKey, CacheStore } from '../../../ports/cache-store.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { isThenable } from '../is-thenable.ts'
import { type Invalidation, LostInvalidations } from './lost-invalidations.ts'
import type { StoreAccess, StoreCaller } from './store-access.ts'

/** The right to compute a value, or how long to wait for somebody else's. */
export type Lease = { readonly token: string } | { readonly waitMs: number }

const nothing = { otherwise: () => undefined }

/** What may stand for an entry; what its value is worth is looked at where it is given to a call. */
function isEntry(found: CacheEntry): boolean {
  if (typeof found !== 'object' || found === null) return false
  const { id, storedAt, expiresAt, staleUntil } = found
  return (
    typeof id === 'string' &&
    isMoment(storedAt) &&
    isMoment(expiresAt) &&
    (staleUntil === undefined || isMoment(staleUntil))
  )
}

function ignore(): void {}

function isMoment(moment: unknown): boolean {
  return typeof moment === 'number' && !Number.isNaN(moment)
}

const entryOrNone = {
  ...nothing,
  wanted: 'an entry or undefined',
  isSound: (found: CacheEntry | undefined) => found === undefined || isEntry(found),
}

function isLease(answer: Lease): boolean {
  if (typeof answer !== 'object' || answer === null) return false
  return 'token' in answer ? typeof answer.token === 'string' : answer.waitMs >= 0
}

/** The way to the store of results: where it fails there is no entry, no epoch and no lease. Never throws or rejects. */
export class CacheAccess {
  /** Other processes may use the same entries. */
  readonly isShared: boolean
  readonly hasLeases: boolean
  readonly #store: CacheStore
  readonly #access: StoreAccess
  readonly #clock: Clock
  readonly #lost = new LostInvalidations()
  #isRepeating = false
  /** Whether the last answer to a look-up came at once. */
  #answersAtOnce = false

  constructor(store: CacheStore, access: StoreAccess, clock: Clock) {
    const { leases, persistent } = store.supports
    this.isShared = persistent || leases
    this.hasLeases = leases && store.lease !== undefined
    this.#store = store
    this.#access = access
    this.#clock = clock
  }

  /** The entry of a key; undefined, too, where the store does not answer. `now` is milliseconds since the epoch. */
  get(key: CacheKey, caller: StoreCaller, now: number): Awaitable<CacheEntry | undefined> {
    const access = this.#access
    if (access.isSuspended) return undefined
    let found: Awaitable<CacheEntry | undefined>
    try {
      found = this.#store.get(key, { now })
    } catch (error) {
      access.failed(error)
      return undefined
    }
    if (isThenable(found)) {
      this.#answersAtOnce = false
      return this.#wait(key, found, caller)
    }
    this.#answersAtOnce = true
    if (found !== undefined && !isEntry(found)) {
      access.failed(access.unsound(entryOrNone, found))
      return undefined
    }
    access.succeeded()
    return this.#lost.isEmpty ? found : this.#withoutLost(key, found)
  }

  /** Whether look-ups are answered at once, as far as is known. */
  get answersAtOnce(): boolean {
    return this.#answersAtOnce && !this.#access.isSuspended
  }

  /** The fresh entry of a key, where look-ups are answered at once. */
  peek(key: CacheKey, now: number): CacheEntry | undefined {
    if (!this.answersAtOnce) return undefined
    const found = this.get(key, { storeWaitedMs: Number.POSITIVE_INFINITY }, now)
    return found === undefined || isThenable(found) || now >= found.expiresAt ? undefined : found
  }

  /** The partition's epoch; undefined where the store does not answer. */
  epoch(partition: string, caller: StoreCaller): Awaitable<number | undefined> {
    const ask = (): Awaitable<number | undefined> => this.#store.epoch(partition, [], this.#now())
    return this.#access.ask(caller, ask, nothing)
  }

  /** Asks for the epoch now, and gives the function that waits for it: most who ask early need it never. */
  epochAhead(partition: string): (caller: StoreCaller) => Awaitable<number | undefined> {
    if (this.#access.isSuspended) return (caller) => this.epoch(partition, caller)
    let asked: Awaitable<number>
    try {
      asked = this.#store.epoch(partition, [], this.#now())
    } catch (error) {
      this.#access.failed(error)
      return () => undefined
    }
    // nobody may come for it
    if (isThenable(asked)) asked.then(undefined, ignore)
    return (caller) => this.#access.ask<number | undefined>(caller, () => asked, nothing)
  }

  /** Stores an entry; false where it was refused, or could not be stored. Nobody waits for it. */
  set(key: CacheKey, entry: CacheEntry, guard: CacheGuard): Awaitable<boolean> {
    const access = this.#access
    if (access.isSuspended) return false
    try {
      // one written in JavaScript may give anything
      const stored: unknown = this.#store.set(key, entry, guard, this.#now())
      if (isThenable(stored)) return this.#confirm(stored)
      access.succeeded()
      return stored === true
    } catch (error) {
      access.failed(error)
      return false
    }
  }

  delete(key: CacheKey): void {
    this.#access.tell(() => this.#store.delete(key, this.#now()))
  }

  /** Undefined where the store does not answer; a lease that comes too late is given back. */
  lease(key: CacheKey, ttlMs: number, caller: StoreCaller): Awaitable<Lease | undefined> {
    const onLate = (late: Lease | undefined): void => {
      if (late !== undefined && 'token' in late) this.release(key, late.token)
    }
    const ask = (): Awaitable<Lease | undefined> => this.#store.lease?.(key, ttlMs, this.#now())
    return this.#access.ask(caller, ask, {
      ...nothing,
      onLate,
      wanted: 'a token or a wait',
      isSound: (answer) => answer === undefined || isLease(answer),
      // who waits for another process waits for that one, not for the store
      counts: (answer) => answer === undefined || 'token' in answer,
    })
  }

  release(key: CacheKey, token: string): void {
    this.#access.tell(() => this.#store.release?.(key, token, this.#now()))
  }

  /**
   * Invalidates in the store, whose answer is waited for as long as the caller has time. What the store does not confirm
   * has its effect here until it is told again.
   */
  invalidate(invalidation: Invalidation, caller: StoreCaller): Awaitable<unknown> {
    const access = this.#access
    const lose = (): void => this.#lost.add(invalidation)
    if (access.isSuspended) return lose()
    let told: Awaitable<unknown>
    try {
      told = this.#tell(invalidation)
    } catch (error) {
      access.failed(error)
      return lose()
    }
    if (!isThenable(told)) return access.succeeded()
    const answer = told
    // also when nobody waits for it any more
    answer.then(() => this.#lost.remove(invalidation), ignore)
    return access.ask<unknown>(caller, () => answer, { otherwise: lose })
  }

  #tell({ partition, tags }: Invalidation): Awaitable<unknown> {
    if (partition === undefined || tags === undefined) return this.#store.purge(tags, this.#now())
    return this.#store.invalidate(partition, tags, this.#now())
  }

  #wait(
    key: CacheKey,
    found: PromiseLike<CacheEntry | undefined>,
    caller: StoreCaller,
  ): Awaitable<CacheEntry | undefined> {
    const answer = this.#access.ask(caller, () => found, entryOrNone)
    if (!isThenable(answer)) {
      // the caller has no time left to wait for it
      found.then(undefined, ignore)
      return undefined
    }
    // the answer may be from before the store was told of them, and arrive when it has been
    const before = this.#lost.all
    return answer.then((entry) =>
      this.#lost.isEmpty && before.length === 0 ? entry : this.#withoutLost(key, entry, before),
    )
  }

  async #confirm(stored: PromiseLike<unknown>): Promise<boolean> {
    try {
      const isStored = await stored
      this.#access.succeeded()
      return isStored === true
    } catch (error) {
      this.#access.failed(error)
      return false
    }
  }

  #withoutLost(
    { partition }: CacheKey,
    entry: CacheEntry | undefined,
    before: readonly Invalidation[] = [],
  ): CacheEntry | undefined {
    const isOutdated = entry !== undefined && this.#lost.concerns(partition, entry, before)
    this.#repeatLost()
    return isOutdated ? undefined : entry
  }

  /** The store answers again: it is told what it has missed. */
  #repeatLost(): void {
    if (this.#isRepeating || this.#access.isSuspended) return
    this.#isRepeating = true
    void Promise.all(this.#lost.all.map((lost) => this.#repeat(lost))).then(() => {
      this.#isRepeating = false
    })
  }

  async #repeat(lost: Invalidation): Promise<void> {
    try {
      await this.#tell(lost)
      this.#lost.remove(lost)
    } catch (error) {
      this.#access.failed(error)
    }
  }

  #now(): { readonly now: number } {
    return { now: this.#clock.now() }
  }
}
