/** A record that may be taken back until it is on its way to the log. */
export interface Draft {
  /** Whose record it is; one has one at most. */
  readonly owner: object
  /** What the record that takes its place has to tell again. */
  readonly given: string
  /** The body of the record, asked for once it is on its way. */
  write(): string
}

/** Records that have yet to be written, in their order. */
export class PendingRecords {
  #entries: (string | Draft)[] = []
  /** Those that may still be taken back. */
  readonly #drafts = new Map<object, Draft>()
  /** Entries that were taken back and are still in the list. */
  readonly #withdrawn = new Set<Draft>()

  get size(): number {
    return this.#entries.length - this.#withdrawn.size
  }

  push(body: string): void {
    this.#entries.push(body)
  }

  draft(draft: Draft): void {
    this.#drafts.set(draft.owner, draft)
    this.#entries.push(draft)
  }

  /** Takes the draft of `owner` back; undefined where it is on its way, or never was. */
  withdraw(owner: object): Draft | undefined {
    const draft = this.#drafts.get(owner)
    if (draft === undefined) return undefined
    this.#drafts.delete(owner)
    if (this.#entries.at(-1) === draft) this.#entries.pop()
    else this.#withdrawn.add(draft)
    return draft
  }

  /** The first ones, at most so many: on their way from now on, and here until they are dropped. */
  send(most: number): string[] {
    const withdrawn = this.#withdrawn
    if (withdrawn.size > 0) {
      this.#entries = this.#entries.filter((entry) => typeof entry === 'string' || !withdrawn.has(entry))
      withdrawn.clear()
    }
    const count = Math.min(most, this.#entries.length)
    const bodies: string[] = []
    for (let index = 0; index < count; index += 1) bodies.push(this.#send(index))
    return bodies
  }

  /** Removes the first ones of those that were sent last. */
  drop(count: number): void {
    this.#entries.splice(0, count)
  }

  #send(index: number): string {
    const entry = this.#entries[index] ?? ''
    if (typeof entry === 'string') return entry
    this.#drafts.delete(entry.owner)
    const body = entry.write()
    this.#entries[index] = body
    return body
  }
}
