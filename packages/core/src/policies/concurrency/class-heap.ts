/** What the heap sorts. */
export interface Ranked {
  /** Where it stands in the heap. */
  heapIndex: number
  readonly priority: number
  /** The highest goes first. */
  score(): number
}

/** A binary heap of priority classes, the highest score on top; each class knows its place, so any can be moved. */
export class ClassHeap<T extends Ranked> {
  readonly #items: T[] = []

  top(): T | undefined {
    return this.#items[0]
  }

  add(item: T): void {
    item.heapIndex = this.#items.length
    this.#items.push(item)
    this.#up(item)
  }

  remove(item: T): void {
    const last = this.#items.pop()
    if (last !== undefined && last !== item) {
      this.#put(last, item.heapIndex)
      this.update(last)
    }
    item.heapIndex = -1
  }

  /** Restores the order after a class's score has changed. */
  update(item: T): void {
    this.#up(item)
    this.#down(item)
  }

  #up(item: T): void {
    const score = item.score()
    let index = item.heapIndex
    while (index > 0) {
      const parent = this.#items[(index - 1) >> 1]
      if (parent === undefined || !goesBefore(item, score, parent)) break
      const place = parent.heapIndex
      this.#put(parent, index)
      index = place
    }
    this.#put(item, index)
  }

  #down(item: T): void {
    const score = item.score()
    let index = item.heapIndex
    for (;;) {
      const left = this.#items[2 * index + 1]
      const right = this.#items[2 * index + 2]
      const child = left && right && goesBefore(right, right.score(), left) ? right : left
      if (child === undefined || !goesBefore(child, child.score(), item, score)) break
      const place = child.heapIndex
      this.#put(child, index)
      index = place
    }
    this.#put(item, index)
  }

  #put(item: T, index: number): void {
    item.heapIndex = index
    this.#items[index] = item
  }
}

function goesBefore(a: Ranked, scoreA: number, b: Ranked, scoreB: number = b.score()): boolean {
  if (scoreA !== scoreB) return scoreA > scoreB
  return a.priority < b.priority
}
