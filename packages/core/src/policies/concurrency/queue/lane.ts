/** One who waits in a `FairQueue`: the queue's links live in it, so that waiting costs no object of the queue's. */
export class QueueEntry {
  readonly session: string | undefined
  /** Higher goes first. Changed only by the queue while it waits. */
  priority: number
  /** Set by the queue: milliseconds of a monotonic clock. */
  enqueuedAt = 0
  /** Set by the queue: its place in the order of coming. */
  arrival = 0
  /** Where it waits. */
  lane: Lane | undefined = undefined
  laneBefore: QueueEntry | undefined = undefined
  laneAfter: QueueEntry | undefined = undefined
  olderInClass: QueueEntry | undefined = undefined
  youngerInClass: QueueEntry | undefined = undefined

  constructor(priority: number, session: string | undefined) {
    this.priority = priority
    this.session = session
  }
}

/** The entries of one session that wait with one priority, first come first served; and a place in the ring of turns. */
export class Lane {
  readonly session: string | undefined
  head: QueueEntry | undefined = undefined
  tail: QueueEntry | undefined = undefined
  before: Lane = this
  after: Lane = this

  constructor(session: string | undefined) {
    this.session = session
  }

  /** Adds an entry where its arrival puts it: a new one at the end, one that comes from another lane perhaps not. */
  add(entry: QueueEntry): void {
    let after: QueueEntry | undefined
    if (this.tail !== undefined && this.tail.arrival > entry.arrival) {
      after = this.head
      while (after !== undefined && after.arrival < entry.arrival) after = after.laneAfter
    }
    const before = after === undefined ? this.tail : after.laneBefore
    entry.lane = this
    entry.laneBefore = before
    entry.laneAfter = after
    if (before === undefined) this.head = entry
    else before.laneAfter = entry
    if (after === undefined) this.tail = entry
    else after.laneBefore = entry
  }

  remove(entry: QueueEntry): void {
    const { laneBefore, laneAfter } = entry
    if (laneBefore === undefined) this.head = laneAfter
    else laneBefore.laneAfter = laneAfter
    if (laneAfter === undefined) this.tail = laneBefore
    else laneAfter.laneBefore = laneBefore
    entry.lane = entry.laneBefore = entry.laneAfter = undefined
  }
}
