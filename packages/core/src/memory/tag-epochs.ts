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
  /** When everything was invalidated, with or without tags. */
  #purged = 0

  constructor(maxTags: number) {
    this.#maxTags = maxTags
  }

  /** The newest epoch of the tags, 0 where there was none; for no tags, the newest epoch of all. */
  newest(partition: string, tags: readonly string[]): number {
    return tags.length === 0 ? this.#last : this.#newestOf(partition, tags)
  }

  /** Whether nothing that concerns an entry with these tags was invalidated after an epoch. */
  allows(partition: string, tags: readonly string[], epoch: number): boolean {
    return epoch >= this.#last || this.#newestOf(partition, tags) <= epoch
  }

  /** Gives the tags a new epoch, in one partition or in all. */
  advance(partition: string | undefined, tags: readonly string[]): number {
    this.#last += 1
    for (const tag of tags) {
      const name = nameOf(partition, tag)
      this.#epochs.delete(name)
      this.#epochs.set(name, this.#last)
    }
    this.#forget()
    return this.#last
  }

  /** Gives everything a new epoch. */
  advanceAll(): void {
    this.#last += 1
    this.#purged = this.#last
    this.#epochs.clear()
  }

  #newestOf(partition: string, tags: readonly string[]): number {
    let newest = this.#purged
    for (const tag of tags) {
      newest = Math.max(newest, this.#epochOf(nameOf(partition, tag)), this.#epochOf(nameOf(undefined, tag)))
    }
    return newest
  }

  #epochOf(name: string): number {
    return this.#epochs.get(name) ?? this.#floor
  }

  #forget(): void {
    for (const [name, epoch] of this.#epochs) {
      if (this.#epochs.size <= this.#maxTags) return
      this.#epochs.delete(name)
      this.#floor = epoch
    }
  }
}

/** No other partition and tag have the same name; without a partition, it is a tag of all. */
function nameOf(partition: string | undefined, tag: string): string {
  return partition === undefined ? `*${tag}` : `${partition.length}:${partition}${tag}`
}
