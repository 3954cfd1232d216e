import type { Clock, Timer } from '../../ports/clock.ts'

/** Whom a {@link Deadline} tells that its time has come. */
export interface DeadlineOwner {
  onDeadline(deadline: Deadline): void
}

/** A moment that somebody waits for; part of a list of moments that are equally far from their start. */
export class Deadline {
  readonly owner: DeadlineOwner
  readonly at: number
  list: DeadlineList | undefined
  before: Deadline | undefined = undefined
  after: Deadline | undefined = undefined

  constructor(owner: DeadlineOwner, at: number, list: DeadlineList) {
    this.owner = owner
    this.at = at
    this.list = list
  }

  /** Ends the wait; one that is over ignores it. */
  cancel(): void {
    this.list?.remove(this)
  }
}

/** Lists that stay for their next use; more distinct durations than this are rare and get a list of their own. */
const keptLists = 32

/** How far from its end a list is searched for the place of a moment. */
const mostSteps = 16

/**
 * Timers of calls: one list per duration, each behind one timer of the clock. Calls mostly end long before their
 * limits, so a limit should cost two pointers, not a timer. A list that is empty keeps no process alive.
 */
export class TimerLists {
  /** Limits that are waited for. */
  size = 0
  readonly clock: Clock
  readonly #lists = new Map<number, DeadlineList>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * Calls `owner.onDeadline` `ms` milliseconds after `now`, a reading of the monotonic clock, perhaps an old one; never
   * where that is Infinity.
   */
  start(owner: DeadlineOwner, now: number, ms: number): Deadline | undefined {
    if (ms === Number.POSITIVE_INFINITY) return undefined
    // whole milliseconds, as the clock's timers are: a small integer costs no object
    const at = Math.ceil(now + ms)
    const shared = this.#lists.get(ms) ?? this.#open(ms)
    const list = shared.takesEarly(at) ? shared : new DeadlineList(this)
    const deadline = new Deadline(owner, at, list)
    list.add(deadline)
    return deadline
  }

  /** Ends every clock timer: nothing will fire any more. */
  close(): void {
    for (const list of this.#lists.values()) list.disarm()
    this.#lists.clear()
  }

  #open(ms: number): DeadlineList {
    if (this.#lists.size >= keptLists) this.#dropEmpty()
    const list = new DeadlineList(this)
    if (this.#lists.size < keptLists) this.#lists.set(ms, list)
    return list
  }

  #dropEmpty(): void {
    for (const [ms, list] of this.#lists) {
      if (!list.isEmpty) continue
      list.disarm()
      this.#lists.delete(ms)
    }
  }
}

/** Deadlines in the order of their moments. */
class DeadlineList {
  readonly #lists: TimerLists
  #first: Deadline | undefined
  #last: Deadline | undefined
  #timer: Timer | undefined
  /** When the timer fires: one that an empty list has kept may come too late for a moment that began long ago. */
  #firesAt = 0

  constructor(lists: TimerLists) {
    this.#lists = lists
  }

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  /** Whether a moment stands near the end of the list: one that began long ago would be far from it. */
  takesEarly(at: number): boolean {
    let last = this.#last
    for (let steps = 0; steps < mostSteps; steps += 1) {
      if (last === undefined || last.at <= at) return true
      last = last.before
    }
    return false
  }

  add(deadline: Deadline): void {
    this.#lists.size += 1
    if (this.#first === undefined) {
      this.#first = this.#last = deadline
      if (this.#timer === undefined || deadline.at < this.#firesAt) this.#rearm()
      else this.#timer.ref?.()
      return
    }
    let earlier = this.#last
    while (earlier !== undefined && earlier.at > deadline.at) earlier = earlier.before
    const later = earlier === undefined ? this.#first : earlier.after
    deadline.before = earlier
    deadline.after = later
    if (earlier === undefined) this.#first = deadline
    else earlier.after = deadline
    if (earlier === undefined) this.#rearm()
    if (later === undefined) this.#last = deadline
    else later.before = deadline
  }

  remove(deadline: Deadline): void {
    this.#unlink(deadline)
    if (this.#first !== undefined || this.#timer === undefined) return
    if (this.#timer.unref === undefined) this.disarm()
    else this.#timer.unref()
  }

  disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** The first moment has come nearer. */
  #rearm(): void {
    this.disarm()
    this.#arm(this.#lists.clock.monotonic())
  }

  #unlink(deadline: Deadline): void {
    this.#lists.size -= 1
    if (deadline.before === undefined) this.#first = deadline.after
    else deadline.before.after = deadline.after
    if (deadline.after === undefined) this.#last = deadline.before
    else deadline.after.before = deadline.before
    deadline.before = deadline.after = deadline.list = undefined
  }

  #arm(now: number): void {
    if (this.#first === undefined) return
    this.#firesAt = this.#first.at
    this.#timer = this.#lists.clock.setTimer(Math.max(0, Math.ceil(this.#firesAt - now)), () => this.#fire())
  }

  #fire(): void {
    this.#timer = undefined
    const now = this.#lists.clock.monotonic()
    for (let first = this.#first; first !== undefined && first.at <= now; first = this.#first) {
      this.#unlink(first)
      first.owner.onDeadline(first)
    }
    if (this.#timer === undefined) this.#arm(this.#lists.clock.monotonic())
  }
}
