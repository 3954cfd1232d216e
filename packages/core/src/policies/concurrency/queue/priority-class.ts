import { Lane, type QueueEntry } from './lane.ts'
import type { Ranked } from './ranked-heap.ts'

/** All waiting entries of one priority: a ring of lanes that take turns, and one list by age. */
export class PriorityClass implements Ranked {
  readonly priority: number
  heapIndex = -1
  oldest: QueueEntry | undefined = undefined
  #youngest: QueueEntry | undefined
  /** The lane whose turn it is. */
  #turn: Lane | undefined
  /** By session; made only for a second one. */
  #lanes: Map<string | undefined, Lane> | undefined

  constructor(priority: number) {
    this.priority = priority
  }

  /**
   * Priority plus the seconds that the oldest entry has waited, in milliseconds and without the present moment: all
   * classes age at the same pace, so their order changes only when entries come and go. Where priorities are whole
   * numbers, the first by exact seconds is also first, or equal, by whole seconds.
   */
  get rank(): number {
    return this.priority * 1000 - (this.oldest?.enqueuedAt ?? 0)
  }

  get arrival(): number {
    return this.oldest?.arrival ?? 0
  }

  /** The entry whose turn it is. */
  next(): QueueEntry | undefined {
    return this.#turn?.head
  }

  /** Gives the turn to the next session. */
  advance(): void {
    this.#turn = this.#turn?.after
  }

  add(entry: QueueEntry): void {
    this.#laneOf(entry.session).add(entry)
    this.#addByAge(entry)
  }

  remove(entry: QueueEntry): void {
    const { lane, olderInClass, youngerInClass } = entry
    if (lane === undefined) return
    lane.remove(entry)
    if (lane.head === undefined) this.#closeLane(lane)
    if (olderInClass === undefined) this.oldest = youngerInClass
    else olderInClass.youngerInClass = youngerInClass
    if (youngerInClass === undefined) this.#youngest = olderInClass
    else youngerInClass.olderInClass = olderInClass
    entry.olderInClass = entry.youngerInClass = undefined
  }

  /** A new entry is the youngest; one that was moved here, older than most, is put where its arrival says. */
  #addByAge(entry: QueueEntry): void {
    let younger: QueueEntry | undefined
    if (this.#youngest !== undefined && this.#youngest.arrival > entry.arrival) {
      younger = this.oldest
      while (younger !== undefined && younger.arrival < entry.arrival) younger = younger.youngerInClass
    }
    const older = younger === undefined ? this.#youngest : younger.olderInClass
    entry.olderInClass = older
    entry.youngerInClass = younger
    if (older === undefined) this.oldest = entry
    else older.youngerInClass = entry
    if (younger === undefined) this.#youngest = entry
    else younger.olderInClass = entry
  }

  #laneOf(session: string | undefined): Lane {
    const turn = this.#turn
    if (turn === undefined) {
      this.#turn = new Lane(session)
      return this.#turn
    }
    if (this.#lanes === undefined) {
      if (turn.session === session) return turn
      this.#lanes = new Map([[turn.session, turn]])
    }
    return this.#lanes.get(session) ?? this.#openLane(session, turn)
  }

  /** A new session comes last in the round. */
  #openLane(session: string | undefined, turn: Lane): Lane {
    const lane = new Lane(session)
    lane.before = turn.before
    lane.after = turn
    lane.before.after = lane
    turn.before = lane
    this.#lanes?.set(session, lane)
    return lane
  }

  #closeLane(lane: Lane): void {
    this.#lanes?.delete(lane.session)
    lane.before.after = lane.after
    lane.after.before = lane.before
    if (this.#turn === lane) this.#turn = lane.after === lane ? undefined : lane.after
  }
}
