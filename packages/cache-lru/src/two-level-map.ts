/** Things under two names; a text in one of them is no text in the other. */
export class TwoLevelMap<T> {
  readonly #groups = new Map<string, Map<string, T>>()

  get(group: string, name: string): T | undefined {
    return this.#groups.get(group)?.get(name)
  }

  has(group: string): boolean {
    return this.#groups.has(group)
  }

  set(group: string, name: string, item: T): void {
    const items = this.#groups.get(group)
    if (items === undefined) this.#groups.set(group, new Map([[name, item]]))
    else items.set(name, item)
  }

  /** Takes it away; a group goes with its last name. */
  delete(group: string, name: string): void {
    const items = this.#groups.get(group)
    if (items?.delete(name) && items.size === 0) this.#groups.delete(group)
  }
}
