import type {
  BreakerAdmission,
  BreakerOutcome,
  BreakerRules,
  BreakerStore,
  BreakerView,
  PortOptions,
} from '@headrace/core'
import { nameOf } from '../cache/stored-names.ts'
import { CallerClock } from '../caller-clock.ts'
import type { RedisArgument, RedisClient, RedisReply, RedisScript } from '../client/redis-client.ts'
import { readAdmission, readMessage, readRecorded, readState, type ToldState } from './breaker-reply.ts'
import type { BreakerScripts } from './breaker-scripts.ts'
import { BreakerViews } from './breaker-views.ts'
import { reportOf, rulesText } from './script-texts.ts'

/** What a {@link RedisBreakers} is made of. */
export interface RedisBreakerParts {
  readonly client: RedisClient
  readonly prefix: string
  readonly scripts: BreakerScripts
  /** 0 to below 1. */
  readonly random: () => number
  /** Stands in the names of the probes that are given here. */
  readonly owner: string
  /** Milliseconds for which a probe is lent without being renewed. */
  readonly probeLeaseMs: number
}

/** How many keys are known here. */
const mostKeys = 10_000
/** Milliseconds after which what turns calls away here is asked for again: a message may have got lost. */
const staleMs = 2_000
/** Milliseconds after which a server that is back, but did not answer, is asked again. */
const rejoinMs = 500

/** Where a key's breaker is, and the key as scripts are told it: as text in JSON, which they publish as it is. */
interface Place {
  readonly keys: readonly string[]
  readonly text: string
}

/** Breakers on a server, and what is known of them here. */
export class RedisBreakers implements BreakerStore {
  readonly #parts: RedisBreakerParts
  readonly #channel: string
  readonly #views = new BreakerViews(mostKeys)
  readonly #clock = new CallerClock()
  readonly #places = new Map<string, Place>()
  /** Keys that are asked for now. */
  readonly #asked = new Set<string>()
  #unsubscribe: (() => void) | undefined = undefined

  constructor(parts: RedisBreakerParts) {
    this.#parts = parts
    this.#channel = `${parts.prefix}breaker`
  }

  async admit(key: string, rules: BreakerRules, { now }: PortOptions): Promise<BreakerAdmission> {
    const { scripts, random } = this.#parts
    const reply = await this.#run(scripts.admit, key, [this.#about(key, rules), random()])
    const told = readState(reply)
    this.#learn(key, told, now)
    return readAdmission(reply, told)
  }

  async record(key: string, rules: BreakerRules, outcome: BreakerOutcome, { now }: PortOptions): Promise<BreakerView> {
    const { scripts, random } = this.#parts
    const args = [this.#about(key, rules), random(), ...reportOf(outcome, rules)]
    const reply = await this.#run(scripts.record, key, args)
    return this.#learn(key, readRecorded(reply, outcome.generation), now)
  }

  async renew(key: string, probe: string): Promise<boolean> {
    const { scripts, probeLeaseMs } = this.#parts
    return (await this.#run(scripts.renew, key, [probe, probeLeaseMs])) === 1
  }

  async set(key: string, state: 'isolated' | 'closed' | 'disabled', { now }: PortOptions): Promise<BreakerView> {
    const args = [this.#about(key), state]
    return this.#learn(key, readState(await this.#run(this.#parts.scripts.set, key, args)), now)
  }

  peek(key: string): BreakerView | undefined {
    const view = this.#views.get(key)
    if (view !== undefined && turnsAway(view) && this.#views.isStale(key, staleMs)) void this.#confirm(view)
    return view
  }

  watch(listener: (view: BreakerView) => void): () => void {
    const unwatch = this.#views.watch(listener)
    this.#unsubscribe ??= this.#parts.client.subscribe(this.#channel, {
      onMessage: (message) => this.#hear(message),
      onReady: () => void this.#rejoin(),
    })
    return () => {
      unwatch()
      if (this.#views.isWatched) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
      this.#views.isHearing = false
    }
  }

  #run(script: RedisScript, key: string, args: readonly RedisArgument[]): Promise<RedisReply> {
    return this.#parts.client.run(script, { keys: this.#place(key).keys, args })
  }

  /** One argument costs less than several. */
  #about(key: string, rules?: BreakerRules): string {
    const { owner, probeLeaseMs } = this.#parts
    const { text } = this.#place(key)
    if (rules === undefined) return `{"key":${text}}`
    return `{"key":${text},"owner":"${owner}","probeLeaseMs":${probeLeaseMs},"rules":${rulesText(rules)}}`
  }

  #place(key: string): Place {
    let place = this.#places.get(key)
    if (place !== undefined) return place
    const name = `${this.#parts.prefix}breaker:{${nameOf(key)}}`
    place = { keys: [name, `${name}:calls`], text: JSON.stringify(JSON.stringify(key)) }
    if (this.#places.size >= mostKeys) this.#places.clear()
    this.#places.set(key, place)
    return place
  }

  #learn(key: string, told: ToldState, now: number): BreakerView {
    this.#clock.note(now)
    return this.#views.answered(key, told, now)
  }

  #hear(text: string): void {
    const message = readMessage(text)
    if (message !== undefined) this.#views.heard(message.key, message, this.#clock.now())
  }

  /** The subscription stands anew: what was told meanwhile was not heard, and the server may have lost everything. */
  async #rejoin(): Promise<void> {
    this.#views.isHearing = true
    this.#views.forgetClosed()
    const confirmed = await Promise.all(this.#views.guarded().map((view) => this.#confirm(view)))
    // The connection for calls may come back later than that for messages.
    if (confirmed.includes(false) && this.#views.isHearing) setTimeout(() => void this.#rejoin(), rejoinMs).unref()
  }

  /** Asks for the truth about one breaker; false where it could not be had. */
  async #confirm(view: BreakerView): Promise<boolean> {
    const { key } = view
    if (this.#asked.has(key)) return true
    this.#asked.add(key)
    try {
      const reply = await this.#run(this.#parts.scripts.read, key, [])
      const isKnown = !Array.isArray(reply) || reply.length > 0
      this.#views.confirmed(view, isKnown ? readState(reply) : undefined, this.#clock.now())
      return true
    } catch {
      // Whoever runs a call next learns that the server is away; until then what was last known holds.
      return false
    } finally {
      this.#asked.delete(key)
    }
  }
}

/** Calls may be rejected by the view alone. */
function turnsAway({ state }: BreakerView): boolean {
  return state === 'open' || state === 'isolated'
}
