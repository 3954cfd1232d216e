/** What a {@link RankedHeap} holds. */
export interface Ranked {
  /** Its place in the heap, by which it can be moved or taken out; -1 outside. Set by the heap alone. */
  heapIndex: number
  /** The highest stands on top; of equal ones the one with the lowest `arrival`. */
  readonly rank: number
  readonly arrival: number
}

const none: Float64Array = new Float64Array(0)

/** Four children to a node: half the levels of a binary heap, so that a new top moves half as many items. */
const parentOf = (index: number): number => (index - 1) >> 2
const firstChildOf = (index: number): number => index * 4 + 1

/**
 * A heap whose items may change their rank, if it is told so. Every change costs O(log n). The ranks are kept in arrays
 * of its own: to compare two items touches neither, which keeps it quick with 100,000 of them.
 */
export class RankedHeap<T extends Ranked> {
  readonly #items: T[] = []
  #ranks: Float64Array = none
  #arrivals: Float64Array = none

  get top(): T | undefined {
    return this.#items[0]
  }

  add(item: T): void {
    const index = this.#items.length
    if (index === this.#ranks.length) this.#grow()
    this.#items.push(item)
    this.#settle(item, index)
  }

  remove(item: T): void {
    const last = this.#items.pop()
    if (last !== undefined && last !== item) this.#settle(last, item.heapIndex)
    item.heapIndex = -1
  }

  /** Restores the order after an item's rank has changed. */
  update(item: T): void {
    this.#settle(item, item.heapIndex)
  }

  /** Puts an item in at an index, and moves it up or down to where its rank belongs. */
  #settle(item: T, at: number): void {
    this.#ranks[at] = item.rank
    this.#arrivals[at] = item.arrival
    let index = at
    for (let parent = parentOf(index); index > 0 && this.#isAbove(index, parent); parent = parentOf(index)) {
      this.#pull(parent, index)
      index = parent
    }
    for (let child = this.#bestChild(index); this.#isAbove(child, index); child = this.#bestChild(index)) {
      this.#pull(child, index)
      index = child
    }
    this.#items[index] = item
    item.heapIndex = index
  }

  /** The child of a node that stands above its siblings; the node itself where it has none. */
  #bestChild(index: number): number {
    const first = firstChildOf(index)
    if (first >= this.#items.length) return index
    const end = Math.min(first + 4, this.#items.length)
    let best = first
    for (let child = first + 1; child < end; child += 1) if (this.#isAbove(child, best)) best = child
    return best
  }

  #isAbove(index: number, other: number): boolean {
    const lead = (this.#ranks[index] ?? 0) - (this.#ranks[other] ?? 0)
    return lead === 0 ? (this.#arrivals[index] ?? 0) < (this.#arrivals[other] ?? 0) : lead > 0
  }

  /** Moves the item at one index to another; the ranks of both change places, so that the one in motion keeps its own. */
  #pull(from: number, to: number): void {
    const ranks = this.#ranks
    const arrivals = this.#arrivals
    const rank = ranks[from] ?? 0
    const arrival = arrivals[from] ?? 0
    ranks[from] = ranks[to] ?? 0
    arrivals[from] = arrivals[to] ?? 0
    ranks[to] = rank
    arrivals[to] = arrival
    const item = this.#items[from]
    if (item === undefined) return
    this.#items[to] = item
    item.heapIndex = to
  }

  #grow(): void {
    const length = Math.max(8, this.#ranks.length * 2)
    this.#ranks = extended(this.#ranks, length)
    this.#arrivals = extended(this.#arrivals, length)
  }
}

function extended(numbers: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length)
  longer.set(numbers)
  return longer
}
