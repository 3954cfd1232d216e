/** Something in a partition that carries tags. */
export interface Tagged {
  readonly partition: string
  readonly tags: readonly string[]
}

/** Finds what carries a tag, in one partition or in all. */
export class TagIndex<T extends Tagged> {
  readonly #byTag = new Map<string, Map<string, Set<T>>>()

  add(item: T): void {
    for (const tag of item.tags) {
      const partitions = this.#byTag.get(tag) ?? new Map<string, Set<T>>()
      const items = partitions.get(item.partition) ?? new Set<T>()
      this.#byTag.set(tag, partitions.set(item.partition, items.add(item)))
    }
  }

  remove(item: T): void {
    for (const tag of item.tags) {
      const partitions = this.#byTag.get(tag)
      const items = partitions?.get(item.partition)
      if (items?.delete(item) && items.size === 0) partitions?.delete(item.partition)
      if (partitions?.size === 0) this.#byTag.delete(tag)
    }
  }

  /** Everything that carries one of the tags; a copy, since who is given it takes things out. */
  find(tags: readonly string[], partition: string | undefined): Set<T> {
    const found = new Set<T>()
    for (const tag of tags) {
      const partitions = this.#byTag.get(tag)
      const sets = partition === undefined ? (partitions?.values() ?? []) : [partitions?.get(partition) ?? []]
      for (const items of sets) for (const item of items) found.add(item)
    }
    return found
  }
}
