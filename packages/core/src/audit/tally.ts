/** Counts what is not recorded one by one, for one record that tells of all. */
export class Tally {
  readonly #type: string
  #count = 0
  #since = 0

  constructor(type: string) {
    this.#type = type
  }

  get count(): number {
    return this.#count
  }

  add(now: number): void {
    if (this.#count === 0) this.#since = now
    this.#count += 1
  }

  /** The record's body; counts from nothing again. */
  take(now: number): string {
    const body = JSON.stringify({ at: now, count: this.#count, since: this.#since, type: this.#type })
    this.#count = 0
    return body
  }
}
