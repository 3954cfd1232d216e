import { anyTag, sessionTag } from '../../../policies/cache/entry/cache-tags.ts'
import type { SemanticFinding } from '../../../policies/cache/semantic.ts'
import type { CacheKey } from '../../../ports/cache-store.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { FlightTable } from '../flight-table.ts'
import { isThenable } from '../is-thenable.ts'
import type { SharedRun } from '../shared-run.ts'
import type { CacheAccess } from './cache-access.ts'
import { partitionOfTenant, sharedPartition } from './cache-partition.ts'
import { RecentMap } from './recent-map.ts'
import type { StoreCaller } from './store-access.ts'

/** An entry that was given to somebody: what has to be known to take it back. */
export interface KnownEntry extends CacheKey {
  /** Takes it out of every layer. */
  remove(): void
}

/** How many entries and bans are remembered, at least; at most twice as many. */
const remembered = 5_000
/** How many of those who were given an entry are remembered. */
const mostAskers = 8
/** How many vectors of one session are remembered; more of them stay until they expire. */
const mostOfSession = 1_000

interface Given {
  readonly entry: KnownEntry
  /** Keys of those who were given it for other arguments than its own. */
  readonly askers: Set<string>
}

/** What all calls share of the cache: the store, what runs now, what was given to whom. */
export class ResultCache {
  readonly store: CacheAccess
  readonly flights: FlightTable = new FlightTable()
  readonly counts: { hits: number; misses: number; joins: number } = { hits: 0, misses: 0, joins: 0 }
  /** Searches by meaning that run now, by asking key. */
  readonly searches: Map<string, PromiseLike<SemanticFinding>> = new Map()
  /** Counts how often everything was forgotten: what began before is not stored. */
  generation = 0
  readonly #given = new RecentMap<string, Given>(remembered)
  readonly #bans = new RecentMap<string, true>(remembered)
  /** What tags do not reach: what is found by meaning. */
  readonly #ofSessions = new RecentMap<string, Set<KnownEntry>>(remembered)

  constructor(store: CacheAccess) {
    this.store = store
  }

  /** A write of a tenant: entries with these tags that its readers may have are invalid, whichever tool gave them. */
  invalidate(tenant: string | undefined, tags: readonly string[], caller: StoreCaller): Awaitable<unknown> {
    if (tags.length === 0) return undefined
    const all = [...tags, anyTag]
    const answers = [sharedPartition, partitionOfTenant(tenant)].map((partition) => {
      this.flights.detach(partition, hasTags)
      return this.store.invalidate({ partition, tags: all }, caller)
    })
    const late = answers.filter((answer) => isThenable(answer))
    return late.length === 0 ? undefined : Promise.all(late)
  }

  /** Invalidates tags everywhere, by hand. */
  async purgeTags(tags: readonly string[]): Promise<void> {
    this.flights.detach(undefined, hasTags)
    if (tags.length > 0) await this.store.invalidate({ partition: undefined, tags: [...tags, anyTag] }, nobody())
  }

  /** Forgets every result. */
  async clear(): Promise<void> {
    this.generation += 1
    this.flights.detach(undefined, () => true)
    await this.store.invalidate({ partition: undefined, tags: undefined }, nobody())
  }

  /** Forgets the results that only this session may have, whoever's it is. */
  async endSession(session: string): Promise<void> {
    this.flights.detach(undefined, ({ ownSession }) => ownSession === session)
    for (const entry of this.#ofSessions.use(session) ?? []) entry.remove()
    this.#ofSessions.delete(session)
    await this.store.invalidate({ partition: undefined, tags: [sessionTag(session)] }, nobody())
  }

  /** Remembers that an entry which only a session may have can be found by meaning. */
  noteOfSession(session: string, entry: KnownEntry): void {
    const entries = this.#ofSessions.use(session) ?? new Set()
    if (entries.size < mostOfSession) entries.add(entry)
    this.#ofSessions.set(session, entries)
  }

  /** Remembers that an entry was given for the arguments of a key. */
  note(id: string, entry: KnownEntry, asker: string): void {
    let given = this.#given.use(id)
    if (given === undefined) {
      given = { entry, askers: new Set() }
      this.#given.set(id, given)
    }
    if (asker !== entry.key && given.askers.size < mostAskers) given.askers.add(asker)
  }

  /** Removes an entry that was given, and never gives it for those arguments, nor the other way round; false for one that is not known. */
  reject(id: string): boolean {
    const given = this.#given.use(id)
    if (given === undefined) return false
    const { entry, askers } = given
    this.#given.delete(id)
    this.#bans.set(pairOf(entry.partition, entry.key, id), true)
    for (const asker of askers) {
      this.#bans.set(pairOf(entry.partition, asker, entry.key), true)
      this.#bans.set(pairOf(entry.partition, entry.key, asker), true)
    }
    entry.remove()
    return true
  }

  /** Whether what was stored for a key, or under an id, may not be given for the arguments of another. */
  isBanned({ partition, key }: CacheKey, what: string): boolean {
    return !this.#bans.isEmpty && this.#bans.use(pairOf(partition, key, what)) === true
  }
}

function hasTags(flight: SharedRun): boolean {
  return flight.hasTags
}

/** What is asked by hand has all the time that a call has. */
function nobody(): StoreCaller {
  return { storeWaitedMs: 0 }
}

/** No other three texts have the same. */
function pairOf(partition: string, asker: string, what: string): string {
  return `${partition.length}:${asker.length}:${partition}${asker}${what}`
}
