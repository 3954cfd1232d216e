/** Finds what carries a tag: made for few tags on many things, and for things that carry none. */
export class TagIndex<T> {
  readonly #byTag = new Map<string, Set<T>>()

  add(item: T, tags: readonly string[]): void {
    for (const tag of tags) {
      const items = this.#byTag.get(tag)
      if (items === undefined) this.#byTag.set(tag, new Set([item]))
      else items.add(item)
    }
  }

  remove(item: T, tags: readonly string[]): void {
    for (const tag of tags) {
      const items = this.#byTag.get(tag)
      if (items?.delete(item) && items.size === 0) this.#byTag.delete(tag)
    }
  }

  /** Everything that carries one of the tags; a copy, since who is given it may take things out. */
  find(tags: readonly string[]): Set<T> {
    const found = new Set<T>()
    for (const tag of tags) for (const item of this.#byTag.get(tag) ?? []) found.add(item)
    return found
  }
}
