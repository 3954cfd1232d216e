/** The time by the clock of whoever calls, told for moments at which nobody does. Before any call the system's. */
export class CallerClock {
  #now: number | undefined = undefined
  #readAt = 0

  /** Takes a reading: milliseconds since the epoch. */
  note(now: number): void {
    this.#now = now
    this.#readAt = performance.now()
  }

  now(): number {
    return this.#now === undefined ? Date.now() : this.#now + performance.now() - this.#readAt
  }
}
