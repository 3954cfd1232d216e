/** Something in a partition that carries tags. */
export interface Tagged {
  readonly partition: string
  readonly tags: readonly string[]
}

/** Finds what carries a tag, in one partition or in all. A tag that one thing carries costs no set of its own. */
export class TagIndex<T extends Tagged> {
  readonly #partitions = new Map<string, Map<string, T | Set<T>>>()

  add(item: T): void {
    if (item.tags.length === 0) return
    const tags = this.#partitions.get(item.partition) ?? new Map<string, T | Set<T>>()
    this.#partitions.set(item.partition, tags)
    for (const tag of item.tags) {
      const known = tags.get(tag)
      if (known instanceof Set) known.add(item)
      else tags.set(tag, known === undefined || known === item ? item : new Set([known, item]))
    }
  }

  remove(item: T): void {
    const tags = this.#partitions.get(item.partition)
    if (tags === undefined) return
    for (const tag of item.tags) {
      const known = tags.get(tag)
      if (known === item || (known instanceof Set && known.delete(item) && known.size === 0)) tags.delete(tag)
    }
    if (tags.size === 0) this.#partitions.delete(item.partition)
  }

  /** Everything that carries one of the tags; a copy, since who is given it takes things out. */
  find(tags: readonly string[], partition: string | undefined): Set<T> {
    const found = new Set<T>()
    const looked = partition === undefined ? this.#partitions.values() : [this.#partitions.get(partition)]
    for (const known of looked) {
      for (const tag of tags) {
        const items = known?.get(tag)
        if (items instanceof Set) for (const item of items) found.add(item)
        else if (items !== undefined) found.add(items)
      }
    }
    return found
  }
}
