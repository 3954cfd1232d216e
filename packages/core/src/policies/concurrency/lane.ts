/** One who waits in a FairQueue: the queue's links live in it, so waiting costs no object of the queue's. */
export class QueueEntry {
  readonly session: string | undefined
  /** Higher goes first. Changed only by the queue while it waits. */
  priority: number
  /** Set by the queue; milliseconds of a monotonic clock. */
  enqueuedAt = 0
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

/** The waiting entries of one session inside a class: a linked list, and a place in the ring of lanes. */
export class Lane {
  readonly session: string | undefined
  head: QueueEntry | undefined = undefined
  tail: QueueEntry | undefined = undefined
  before: Lane = this
  after: Lane = this

  constructor(session: string | undefined) {
    this.session = session
  }
}
