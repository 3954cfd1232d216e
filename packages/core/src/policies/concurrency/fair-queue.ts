import { ClassHeap } from './class-heap.ts'
import type { QueueEntry } from './lane.ts'
import { PriorityClass } from './priority-class.ts'

/**
 * A priority queue that ages and is fair: a class per priority, inside it round-robin over sessions, first come first
 * served inside a session. The class goes first whose priority plus seconds that its oldest entry has waited is
 * highest; of two equal ones, the one whose oldest waits longer. Every operation is O(1) in the entries and
 * O(log n) in the number of different priorities.
 */
export class FairQueue<E extends QueueEntry> {
  size = 0
  readonly #classes = new Map<number, PriorityClass>()
  readonly #heap = new ClassHeap<PriorityClass>()

  /** Adds an entry; `now` is a monotonic clock's. */
  push(entry: E, now: number): void {
    entry.enqueuedAt = now
    this.#insert(entry)
  }

  /** The entry that {@link shift} would give. */
  peek(): E | undefined {
    return this.#heap.top()?.next() as E | undefined
  }

  /** How urgent the next entry is, to be compared with that of other queues; -Infinity when nobody waits. */
  score(): number {
    return this.#heap.top()?.score() ?? -Infinity
  }

  /** Takes the next entry out. */
  shift(): E | undefined {
    const top = this.#heap.top()
    const entry = this.peek()
    if (top === undefined || entry === undefined) return undefined
    top.advance()
    this.remove(entry)
    return entry
  }

  /** Takes an entry out wherever it stands; false when it does not wait here. */
  remove(entry: E): boolean {
    const priorityClass = entry.lane === undefined ? undefined : this.#classes.get(entry.priority)
    if (priorityClass === undefined) return false
    const wasOldest = priorityClass.oldest === entry
    priorityClass.remove(entry)
    this.size -= 1
    if (priorityClass.oldest === undefined) {
      this.#heap.remove(priorityClass)
      this.#classes.delete(priorityClass.priority)
    } else if (wasOldest) {
      this.#heap.update(priorityClass)
    }
    return true
  }

  /** Moves a waiting entry to another class; it keeps the moment from which it waits. */
  reprioritize(entry: E, priority: number): void {
    if (!this.remove(entry)) return
    entry.priority = priority
    this.#insert(entry)
  }

  /** The entry that waited longest of all. */
  oldest(): E | undefined {
    let oldest: QueueEntry | undefined
    for (const { oldest: candidate } of this.#classes.values()) {
      if (candidate && (oldest === undefined || candidate.enqueuedAt < oldest.enqueuedAt)) oldest = candidate
    }
    return oldest as E | undefined
  }

  #insert(entry: E): void {
    const known = this.#classes.get(entry.priority)
    const priorityClass = known ?? new PriorityClass(entry.priority)
    const before = priorityClass.oldest
    priorityClass.add(entry)
    this.size += 1
    if (known === undefined) {
      this.#classes.set(entry.priority, priorityClass)
      this.#heap.add(priorityClass)
    } else if (priorityClass.oldest !== before) {
      this.#heap.update(priorityClass)
    }
  }
}
