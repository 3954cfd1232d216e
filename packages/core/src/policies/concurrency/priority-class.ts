import type { Ranked } from './class-heap.ts'
import { Lane, type QueueEntry } from './lane.ts'

/** All waiting entries of one priority: a ring of lanes for turns, and one list by age. */
export class PriorityClass implements Ranked {
  readonly priority: number
  /** Where the class stands in its heap. */
  heapIndex = -1
  oldest: QueueEntry | undefined = undefined
  #youngest: QueueEntry | undefined = undefined
  /** The lane whose turn it is. */
  #turn: Lane | undefined = undefined
  readonly #lanes = new Map<string | undefined, Lane>()

  constructor(priority: number) {
    this.priority = priority
  }

  /** What the heap sorts by: time-invariant, because every class ages at the same pace. */
  score(): number {
    return this.priority * 1000 - (this.oldest?.enqueuedAt ?? 0)
  }

  next(): QueueEntry | undefined {
    return this.#turn?.head
  }

  /** Gives the turn to the next session. */
  advance(): void {
    this.#turn = this.#turn?.after
  }

  add(entry: QueueEntry): void {
    const lane = this.#lanes.get(entry.session) ?? this.#openLane(entry.session)
    entry.lane = lane
    entry.laneBefore = lane.tail
    if (lane.tail === undefined) lane.head = entry
    else lane.tail.laneAfter = entry
    lane.tail = entry
    this.#addByAge(entry)
  }

  remove(entry: QueueEntry): void {
    const lane = entry.lane
    if (lane === undefined) return
    if (entry.laneBefore === undefined) lane.head = entry.laneAfter
    else entry.laneBefore.laneAfter = entry.laneAfter
    if (entry.laneAfter === undefined) lane.tail = entry.laneBefore
    else entry.laneAfter.laneBefore = entry.laneBefore
    if (entry.olderInClass === undefined) this.oldest = entry.youngerInClass
    else entry.olderInClass.youngerInClass = entry.youngerInClass
    if (entry.youngerInClass === undefined) this.#youngest = entry.olderInClass
    else entry.youngerInClass.olderInClass = entry.olderInClass
    entry.lane = entry.laneBefore = entry.laneAfter = entry.olderInClass = entry.youngerInClass = undefined
    if (lane.head === undefined) this.#closeLane(lane)
  }

  /** New entries are the youngest; one that was moved here keeps its age and goes back to its place. */
  #addByAge(entry: QueueEntry): void {
    let older = this.#youngest
    while (older !== undefined && older.enqueuedAt > entry.enqueuedAt) older = older.olderInClass
    const younger = older === undefined ? this.oldest : older.youngerInClass
    entry.olderInClass = older
    entry.youngerInClass = younger
    if (older === undefined) this.oldest = entry
    else older.youngerInClass = entry
    if (younger === undefined) this.#youngest = entry
    else younger.olderInClass = entry
  }

  #openLane(session: string | undefined): Lane {
    const turn = this.#turn
    const lane = new Lane(session)
    if (turn !== undefined) {
      lane.before = turn.before
      lane.after = turn
      lane.before.after = lane
      turn.before = lane
    }
    this.#turn ??= lane
    this.#lanes.set(session, lane)
    return lane
  }

  #closeLane(lane: Lane): void {
    this.#lanes.delete(lane.session)
    lane.before.after = lane.after
    lane.after.before = lane.before
    if (this.#turn === lane) this.#turn = lane.after === lane ? undefined : lane.after
  }
}
