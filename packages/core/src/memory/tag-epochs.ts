/**
 * Counts invalidations: each gives its tags a new epoch. Only so many tags are remembered; those whose last
 * invalidation is longest ago go first, and from then on any unknown tag counts as invalidated when they were. So an
 * epoch never goes back; at worst a write is refused that nothing forbade.
 */
export class TagEpochs {
  readonly #maxTags: number
  /** In the order of their epochs. */
  readonly #epochs = new Map<string, number>()
  #last = 0
  /** The epoch of every tag that is not remembered. */
  #floor = 0

  constructor(maxTags: number) {
    this.#maxTags = maxTags
  }

  /** The newest epoch of the tags; 0 where there are none. */
  newest(partition: string, tags: readonly string[]): number {
    return tags.reduce((newest, tag) => Math.max(newest, this.#epochs.get(nameOf(partition, tag)) ?? this.#floor), 0)
  }

  /** Gives the tags a new epoch. */
  advance(partition: string, tags: readonly string[]): number {
    this.#last += 1
    for (const tag of tags) {
      const name = nameOf(partition, tag)
      this.#epochs.delete(name)
      this.#epochs.set(name, this.#last)
    }
    this.#forget()
    return this.#last
  }

  #forget(): void {
    for (const [name, epoch] of this.#epochs) {
      if (this.#epochs.size <= this.#maxTags) return
      this.#epochs.delete(name)
      this.#floor = epoch
    }
  }
}

/** No other partition and tag have the same name. */
function nameOf(partition: string, tag: string): string {
  return `${partition.length}:${partition}${tag}`
}
