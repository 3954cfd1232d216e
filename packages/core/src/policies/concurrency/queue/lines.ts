import { type Arrivals, FairQueue } from './fair-queue.ts'
import type { QueueEntry } from './lane.ts'
import { type Ranked, RankedHeap } from './ranked-heap.ts'

/** One who waits in {@link Lines}. */
export interface LineEntry extends QueueEntry {
  /** Those of one line hold each other back; empty for those whom nothing but a permit can hold back. */
  readonly line: string
}

/**
 * How many of a line ask at one time: at first, and at most. More would wait for each other at a store far away, and the
 * last of them for too long.
 */
const firstAsking = 16
const mostAsking = 32

/** Entries that want the same, and whether they wait for it. */
class Line<E extends LineEntry> implements Ranked {
  heapIndex = -1
  /** The entry that was found to lack something, until it is released or leaves. */
  heldBy: E | undefined = undefined
  /** Entries taken out of which it is not known yet whether they lack something. */
  asking = 0
  /** How many of them there may be. */
  mayAsk = firstAsking
  readonly queue: FairQueue<E>

  constructor(arrivals: Arrivals) {
    this.queue = new FairQueue<E>(arrivals)
  }

  get rank(): number {
    return this.queue.rank
  }

  get arrival(): number {
    return this.queue.arrival
  }

  get isReady(): boolean {
    return this.queue.size > 0 && this.heldBy === undefined && this.asking < this.mayAsk
  }
}

/**
 * A fair priority queue whose entries stand in lines: where the first of a line is held, those behind it wait too, and
 * the other lines go on. Of several lines the one with the most urgent head goes first. Entries without a line, which
 * most queues have only, cost what a single `FairQueue` does.
 */
export class Lines<E extends LineEntry> {
  size = 0
  readonly #arrivals: Arrivals
  readonly #main: Line<E>
  #others: Map<string, Line<E>> | undefined
  /** The others that are not held. */
  readonly #ready = new RankedHeap<Line<E>>()

  constructor(arrivals: Arrivals) {
    this.#arrivals = arrivals
    this.#main = new Line<E>(arrivals)
  }

  /** As {@link FairQueue.rank} and `arrival`, of the next entry. */
  get rank(): number {
    return this.#next()?.rank ?? Number.NEGATIVE_INFINITY
  }

  get arrival(): number {
    return this.#next()?.arrival ?? 0
  }

  /** Adds an entry; `now` is a monotonic clock's. */
  push(entry: E, now: number): void {
    const line = this.#lineOf(entry)
    line.queue.push(entry, now)
    this.size += 1
    this.#sort(line, entry.line)
  }

  /** Puts an entry that was taken out back where its age says. */
  restore(entry: E): void {
    const line = this.#lineOf(entry)
    line.queue.restore(entry)
    this.size += 1
    this.#sort(line, entry.line)
  }

  /** The most urgent entry that nothing holds back. */
  peek(): E | undefined {
    return this.#next()?.queue.peek()
  }

  /** Takes it out. */
  shift(): E | undefined {
    const line = this.#next()
    const entry = line?.queue.shift()
    if (line === undefined || entry === undefined) return undefined
    this.size -= 1
    this.#sort(line, entry.line)
    return entry
  }

  /** Takes an entry out wherever it stands; false when it does not wait here. */
  remove(entry: E): boolean {
    const line = this.#find(entry)
    if (line === undefined || !line.queue.remove(entry)) return false
    if (line.heldBy === entry) line.heldBy = undefined
    this.size -= 1
    this.#sort(line, entry.line)
    return true
  }

  reprioritize(entry: E, priority: number): void {
    const line = this.#find(entry)
    if (line === undefined) return
    line.queue.reprioritize(entry, priority)
    this.#sort(line, entry.line)
  }

  /**
   * Lets the line of an entry wait, until that one is released or leaves. It need not be the first any more: others may
   * have come, or have their turn, while it was asked for.
   */
  hold(entry: E): void {
    const line = this.#find(entry)
    if (line === undefined) return
    line.heldBy ??= entry
    this.#sort(line, entry.line)
  }

  /** Lets the line go on that this entry holds; false when it holds none. */
  release(entry: E): boolean {
    const line = this.#find(entry)
    if (line === undefined || line.heldBy !== entry) return false
    line.heldBy = undefined
    this.#sort(line, entry.line)
    return true
  }

  /** An entry is to be taken out while it is asked elsewhere whether it lacks something. */
  startAsking(entry: E): void {
    this.#lineOf(entry).asking += 1
  }

  /**
   * That is known now. Each that lacks nothing lets one more ask at one time; after one that goes on waiting they ask one
   * at a time: what it lacks, the others mostly lack, too.
   */
  endAsking(entry: E, end: 'has all' | 'waits' | 'left'): void {
    const line = this.#lineOf(entry)
    line.asking -= 1
    if (end !== 'left') line.mayAsk = end === 'waits' ? 1 : Math.min(mostAsking, line.mayAsk + 1)
    this.#sort(line, entry.line)
  }

  /** Whether none of the entry's line was found to lack something of late. */
  flows(entry: E): boolean {
    const line = this.#find(entry)
    return line === undefined || (line.heldBy === undefined && line.mayAsk > 1)
  }

  /** Those who hold a line. */
  held(): E[] {
    const lines = this.#others === undefined ? [] : [...this.#others.values()]
    return lines.flatMap(({ heldBy }) => (heldBy === undefined ? [] : [heldBy]))
  }

  /** The entry that waited longest of all that fit. */
  oldest(fits: (entry: E) => boolean): E | undefined {
    let oldest = this.#main.queue.oldest(fits)
    for (const { queue } of this.#others?.values() ?? []) {
      const candidate = queue.oldest(fits)
      if (candidate !== undefined && (oldest === undefined || candidate.arrival < oldest.arrival)) oldest = candidate
    }
    return oldest
  }

  #next(): Line<E> | undefined {
    const main = this.#main
    const other = this.#ready.top
    if (other === undefined) return main
    if (main.queue.size === 0 || other.rank > main.rank) return other
    return other.rank === main.rank && other.arrival < main.arrival ? other : main
  }

  #find({ line }: E): Line<E> | undefined {
    return line === '' ? this.#main : this.#others?.get(line)
  }

  #lineOf(entry: E): Line<E> {
    const known = this.#find(entry)
    if (known !== undefined) return known
    const line = new Line<E>(this.#arrivals)
    this.#others ??= new Map()
    this.#others.set(entry.line, line)
    return line
  }

  /** Brings a line to its place after its entries have changed. */
  #sort(line: Line<E>, key: string): void {
    if (line === this.#main) return
    if (!line.isReady) {
      if (line.heapIndex >= 0) this.#ready.remove(line)
    } else if (line.heapIndex < 0) {
      this.#ready.add(line)
    } else {
      this.#ready.update(line)
    }
    if (line.queue.size === 0 && line.asking === 0) this.#others?.delete(key)
  }
}
