import type { QueueEntry } from './lane.ts'
import { PriorityClass } from './priority-class.ts'
import { RankedHeap } from './ranked-heap.ts'

/** Counts those who came. Queues that share it can be compared: of two equally urgent heads the first comer leads. */
export interface Arrivals {
  count: number
}

/**
 * A priority queue that ages and is fair: a class per priority, inside it round-robin over sessions, first come first
 * served inside a session. The class goes first whose priority plus seconds that its oldest entry has waited is
 * highest; of two equal ones, the one whose oldest came first. To push, to look at the head and to take out any entry
 * costs O(1) in the number of entries and at most O(log n) in the number of different priorities.
 */
export class FairQueue<E extends QueueEntry> {
  size = 0
  readonly #arrivals: Arrivals
  readonly #classes = new Map<number, PriorityClass>()
  readonly #heap = new RankedHeap<PriorityClass>()

  constructor(arrivals: Arrivals = { count: 0 }) {
    this.#arrivals = arrivals
  }

  /** Adds an entry; `now` is a monotonic clock's. */
  push(entry: E, now: number): void {
    this.#arrivals.count += 1
    entry.arrival = this.#arrivals.count
    entry.enqueuedAt = now
    this.#insert(entry)
  }

  /** Puts an entry that was taken out back where its age says. */
  restore(entry: E): void {
    this.#insert(entry)
  }

  /** The entry that {@link shift} would give. */
  peek(): E | undefined {
    return this.#heap.top?.next() as E | undefined
  }

  /** How urgent the next entry is, and when the oldest of its class came: to be compared with those of other queues. */
  get rank(): number {
    return this.#heap.top?.rank ?? Number.NEGATIVE_INFINITY
  }

  get arrival(): number {
    return this.#heap.top?.arrival ?? 0
  }

  /** Takes the next entry out. */
  shift(): E | undefined {
    const top = this.#heap.top
    const entry = top?.next() as E | undefined
    if (top === undefined || entry === undefined) return undefined
    top.advance()
    this.#takeOut(entry, top)
    return entry
  }

  /** Takes an entry out wherever it stands; false when it does not wait. */
  remove(entry: E): boolean {
    const priorityClass = entry.lane === undefined ? undefined : this.#classes.get(entry.priority)
    if (priorityClass === undefined) return false
    this.#takeOut(entry, priorityClass)
    return true
  }

  /**
   * Moves a waiting entry to another class. It keeps the moment from which it waits, and so its place before those
   * who came later: finding it costs a step for each older entry of that class.
   */
  reprioritize(entry: E, priority: number): void {
    if (entry.priority === priority || !this.remove(entry)) return
    entry.priority = priority
    this.#insert(entry)
  }

  /** The entry that waited longest of all that fit; a step for each priority, and for each older one that does not. */
  oldest(fits: (entry: E) => boolean): E | undefined {
    let oldest: E | undefined
    for (const priorityClass of this.#classes.values()) {
      let entry = priorityClass.oldest as E | undefined
      while (entry !== undefined && !fits(entry)) entry = entry.youngerInClass as E | undefined
      if (entry !== undefined && (oldest === undefined || entry.arrival < oldest.arrival)) oldest = entry
    }
    return oldest
  }

  #insert(entry: E): void {
    this.size += 1
    const known = this.#classes.get(entry.priority)
    if (known !== undefined) {
      known.add(entry)
      if (known.oldest === entry) this.#heap.update(known)
      return
    }
    const priorityClass = new PriorityClass(entry.priority)
    priorityClass.add(entry)
    this.#classes.set(entry.priority, priorityClass)
    this.#heap.add(priorityClass)
  }

  #takeOut(entry: E, priorityClass: PriorityClass): void {
    this.size -= 1
    const wasOldest = priorityClass.oldest === entry
    priorityClass.remove(entry)
    if (priorityClass.oldest === undefined) {
      this.#heap.remove(priorityClass)
      this.#classes.delete(priorityClass.priority)
    } else if (wasOldest) {
      this.#heap.update(priorityClass)
    }
  }
}
