import type { RepeatRules } from './repeat-policy.ts'

/** What is known of a call that failed too often. */
export interface Repeated<E> {
  /** Failures in the time that is looked back. */
  readonly count: number
  readonly lastError: E
}

/** The failures of one call, oldest first. */
interface Failures<E> {
  readonly times: number[]
  lastError: E
  readonly withinMs: number
}

const mostKeys = 10_000

/**
 * Counts how often the same call has failed of late. A refused call is no failure, so a call may run again when its
 * real failures are older than the window; a success forgets them. Only so many calls are remembered: those whose
 * failures are too old go first, then those that were asked about or failed longest ago.
 */
export class RepeatGuard<E> {
  readonly #maxKeys: number
  /** In the order of their last use. */
  readonly #calls = new Map<string, Failures<E>>()
  readonly #owners = new WeakMap<object, number>()
  #lastOwner = 0

  constructor(maxKeys: number = mostKeys) {
    this.#maxKeys = maxKeys
  }

  /** Calls that are remembered. */
  get size(): number {
    return this.#calls.size
  }

  /** Names a call by who makes it, which is a name or any object, and by its canonical arguments. */
  keyOf(owner: string | object, args: string): string {
    if (typeof owner === 'string') return `${owner.length} ${owner}${args}`
    let number = this.#owners.get(owner)
    if (number === undefined) {
      this.#lastOwner += 1
      number = this.#lastOwner
      this.#owners.set(owner, number)
    }
    return `#${number} ${args}`
  }

  /** What speaks against the call; undefined when it may run. Times are milliseconds of any clock, always the same. */
  check(key: string, { max, withinMs }: RepeatRules, now: number): Repeated<E> | undefined {
    const failures = this.#calls.get(key)
    if (failures === undefined) return undefined
    dropOld(failures.times, now - withinMs)
    this.#calls.delete(key)
    if (failures.times.length === 0) return undefined
    this.#calls.set(key, failures)
    return failures.times.length < max ? undefined : { count: failures.times.length, lastError: failures.lastError }
  }

  /** The call has failed. */
  fail(key: string, { withinMs }: RepeatRules, end: { readonly error: E; readonly now: number }): void {
    const { error, now } = end
    const failures = this.#calls.get(key) ?? { times: [], lastError: error, withinMs }
    dropOld(failures.times, now - withinMs)
    failures.times.push(now)
    failures.lastError = error
    this.#calls.delete(key)
    this.#calls.set(key, failures)
    this.#dropIdle(now)
  }

  /** The call has succeeded: its failures are forgotten. */
  succeed(key: string): void {
    this.#calls.delete(key)
  }

  /** Forgets the calls of owners with these names. */
  forget(isMeant: (owner: string) => boolean): void {
    for (const key of this.#calls.keys()) {
      const end = key.indexOf(' ')
      const length = Number(key.slice(0, end))
      if (length > 0 && isMeant(key.slice(end + 1, end + 1 + length))) this.#calls.delete(key)
    }
  }

  #dropIdle(now: number): void {
    for (const [key, { times, withinMs }] of this.#calls) {
      const isOver = (times.at(-1) ?? Number.NEGATIVE_INFINITY) <= now - withinMs
      if (!isOver && this.#calls.size <= this.#maxKeys) return
      this.#calls.delete(key)
    }
  }
}

function dropOld(times: number[], before: number): void {
  let old = 0
  while (old < times.length && (times[old] ?? 0) <= before) old += 1
  if (old > 0) times.splice(0, old)
}
