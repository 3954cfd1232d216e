import { readContent } from '../../../policies/cache/entry/content-entry.ts'
import { judgeEntry } from '../../../policies/cache/entry/freshness.ts'
import type { SemanticFinding } from '../../../policies/cache/semantic.ts'
import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { isThenable } from '../../engine/is-thenable.ts'
import type { SharedRun } from '../../engine/shared-run.ts'
import type { FlightPlan } from '../flight/flight-plan.ts'
import { renew } from '../flight/renewal.ts'
import type { CachePlace } from './cache-place.ts'
import { type CachedCall, type Found, type Moment, serve } from './cached-call.ts'
import { forgetVector, searchByMeaning } from './semantic-search.ts'
import { isCurrent, join, takeOff } from './single-flight.ts'

/**
 * Asks the layers of the cache one after the other: the exact key, the content of the fuzzy fields, their meaning. Where
 * none has an answer, the call joins the flight that runs, or begins one. Everything that is known at once is done at once.
 */
export class LookUp {
  readonly #call: CachedCall
  readonly #place: CachePlace
  readonly #flightKey: string
  #moment: Moment
  /** Waits for the partition's epoch, where it was asked before it was needed. */
  #epoch: ((caller: CachedCall) => Awaitable<number | undefined>) | undefined
  /** A result past its ttl that may stand in for a failure. */
  #stale: CacheEntry | undefined
  #vector: Float32Array | undefined
  #plan: FlightPlan | undefined
  #hasWaited = false

  constructor(call: CachedCall, place: CachePlace, flightKey: string, moment: Moment) {
    this.#call = call
    this.#place = place
    this.#flightKey = flightKey
    this.#moment = moment
  }

  /** Goes on from what the exact key has given. */
  begin(found: Awaitable<CacheEntry | undefined>): void {
    const { results } = this.#call.engine
    // both questions are under way at once
    if (isThenable(found) && this.#place.isGuarded) this.#epoch = results.store.epochAhead(this.#place.partition)
    this.#when(found, (entry) => this.#afterExact(entry))
  }

  #afterExact(entry: CacheEntry | undefined): void {
    const call = this.#call
    const place = this.#place
    if (entry === undefined || call.engine.results.isBanned(place, entry.id)) return this.#askContent()
    const freshness = judgeEntry(entry, place.rules, this.#moment.at)
    // what was there at once was tried before
    if (freshness === 'fresh' && this.#hasWaited && this.#serve({ layer: 'exact', entry, home: place })) return
    if (freshness === 'renew' && this.#serve({ layer: 'stale', entry, home: place })) return renew(call, place, entry)
    if (freshness === 'spare') this.#stale = entry
    this.#askContent()
  }

  #askContent(): void {
    const content = this.#place.content()
    if (content === undefined) return this.#miss()
    const { results } = this.#call.engine
    this.#when(results.store.get(content, this.#call, this.#moment.at), (entry) => this.#afterContent(entry))
  }

  #afterContent(entry: CacheEntry | undefined): void {
    const kept = entry === undefined ? undefined : readContent(entry)
    if (entry !== undefined && kept !== undefined) {
      const found = { ...entry, value: kept.value }
      if (this.#serveOther('content', found, this.#place.of(kept.exact))) return
    }
    this.#askMeaning()
  }

  #askMeaning(): void {
    const search = searchByMeaning(this.#call, this.#place, this.#moment.at, (late) => {
      if (this.#plan !== undefined) this.#plan.vector = late?.vector
    })
    this.#when(search, (finding) => this.#afterSearch(finding))
  }

  #afterSearch(finding: SemanticFinding | undefined): void {
    this.#vector = finding?.vector
    const match = finding?.match
    if (match === undefined) return this.#miss()
    const { results } = this.#call.engine
    const home = this.#place.of(match.id)
    this.#when(results.store.get(home, this.#call, this.#moment.at), (entry) => {
      if (entry !== undefined && this.#serveOther('semantic', entry, home, match.similarity)) return
      if (entry === undefined) forgetVector(this.#call, this.#place, match.id)
      this.#miss()
    })
  }

  #miss(): void {
    const { results } = this.#call.engine
    const place = this.#place
    if (!place.isGuarded) return this.#run(undefined)
    const ahead = this.#epoch
    const epoch = ahead === undefined ? results.store.epoch(place.partition, this.#call) : ahead(this.#call)
    this.#when(epoch, (known) => this.#run(known))
  }

  /** Others may have begun the same call while the store was asked. */
  #run(epoch: number | undefined): void {
    const call = this.#call
    const { now } = this.#moment
    const running = this.#running()
    if (running === undefined && this.#hasWaited && this.#serveLate()) return
    if (running === undefined || !isCurrent(running, epoch)) this.#takeOff(epoch)
    else if (!join(call, running, now)) call.execute(now)
  }

  /** The same call may have begun and ended meanwhile. */
  #serveLate(): boolean {
    const { results } = this.#call.engine
    const place = this.#place
    const entry = results.store.peek(place, this.#moment.at)
    if (entry === undefined || results.isBanned(place, entry.id)) return false
    return this.#serve({ layer: 'exact', entry, home: place })
  }

  #running(): SharedRun | undefined {
    const { flights } = this.#call.engine.results
    const { partition, key } = this.#place
    const running = flights.get(partition, key)
    return running === undefined && key !== this.#flightKey ? flights.get(partition, this.#flightKey) : running
  }

  #takeOff(epoch: number | undefined): void {
    const { generation } = this.#call.engine.results
    this.#plan = {
      place: this.#place,
      flightKey: this.#flightKey,
      stale: this.#stale,
      isRenewal: false,
      epoch,
      generation,
      vector: this.#vector,
    }
    takeOff(this.#call, this.#plan, this.#moment.now)
  }

  #serve(found: Found): boolean {
    return serve(this.#call, this.#place, found, this.#moment)
  }

  /** Serves what was computed for other arguments, while it is fresh, unless somebody has said that it does not fit. */
  #serveOther(layer: 'content' | 'semantic', entry: CacheEntry, home: CachePlace, similarity?: number): boolean {
    const isFresh = this.#moment.at < entry.expiresAt
    if (!isFresh || this.#call.engine.results.isBanned(this.#place, home.key)) return false
    return this.#serve({ layer, entry, home, similarity })
  }

  /** Goes on with an answer: at once where it is there, else when it comes, unless the call has ended by then. */
  #when<T>(answer: Awaitable<T>, next: (value: T) => void): void {
    if (!isThenable(answer)) return next(answer)
    const call = this.#call
    const { clock } = call.engine
    call.watchDeadline()
    void answer.then((value) => {
      if (call.status === 'settled') return
      this.#moment = { at: clock.now(), now: clock.monotonic() }
      this.#hasWaited = true
      next(value)
    })
  }
}
