import type { LimitRequest } from '@headrace/core'
import { nameOf } from '../cache/stored-names.ts'

const mostNames = 10_000

/**
 * Where the limits of one prefix are. All their keys share a hash tag, so that one script can take of several at once:
 * in a Cluster they stand on one server.
 */
export class LimiterKeys {
  readonly #base: string
  readonly #names = new Map<string, string>()

  constructor(prefix: string) {
    // an empty tag is none
    this.#base = `${prefix}limiter:{${prefix || 'limiter'}}:`
  }

  /** The counter of leases. */
  get count(): string {
    return `${this.#base}count`
  }

  lease(id: string): string {
    return `${this.#base}lease:${id}`
  }

  cooldown(key: string): string {
    return `${this.#base}cool:${this.#name(key)}`
  }

  /** How a lease names what a request takes of: rates of one key with different numbers are counted apart. */
  part(request: LimitRequest): string {
    if (request.kind === 'concurrency') return `p${this.#name(request.key)}`
    const { limit, perMs, burst, algorithm, key } = request
    return `r${this.#name(`${limit} ${perMs} ${burst} ${algorithm} ${key}`)}`
  }

  /** The keys of what a lease names so: a rate's state, or permits and whose turn it is. */
  ofPart(part: string): readonly string[] {
    const [kind, name] = [part.slice(0, 1), part.slice(1)]
    return kind === 'r' ? [`${this.#base}rate:${name}`] : [`${this.#base}permits:${name}`, `${this.#base}turns:${name}`]
  }

  #name(text: string): string {
    let name = this.#names.get(text)
    if (name !== undefined) return name
    name = nameOf(text)
    if (this.#names.size >= mostNames) this.#names.clear()
    this.#names.set(text, name)
    return name
  }
}
