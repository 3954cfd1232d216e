import { MomentRing } from './moment-ring.ts'
import type { Rate, RateMachine, RefundTimes } from './rate-machine.ts'

/** Moments that are remembered apart from each other. */
const mostMoments = 256
/** Into how many parts the window is divided where there are more. */
const coarseParts = 128
/** Sums of fractions like 0.1 + 0.2 are a little off: what is over by a billionth still fits. */
const tolerance = 1e-9

/**
 * Lets at most `limit` through in any `perMs` milliseconds, by remembering when how much was taken: what was taken at 0
 * counts until just before `perMs`. The count is exact while 256 different moments of a window, at most, have to be
 * remembered. Beyond that, moments in the same 128th of the window become one, the later one: things then count that
 * much longer, never shorter. So it holds 4 KiB at most, and takes constant time but for the search of how long to
 * wait, which looks at each moment once.
 */
export class SlidingWindow implements RateMachine {
  readonly #limit: number
  readonly #perMs: number
  readonly #taken = new MomentRing()

  constructor(rate: Pick<Rate, 'limit' | 'perMs'>) {
    this.#limit = rate.limit
    this.#perMs = rate.perMs
  }

  waitMs(weight: number, now: number): number {
    this.#forget(now)
    const excess = this.#taken.sum + weight - this.#limit - tolerance
    if (excess <= 0) return 0
    const moment = this.#momentThatFrees(excess)
    const wait = Math.max(1, Math.ceil(moment + this.#perMs - now))
    return this.#isOver(moment, now + wait) ? wait : wait + 1
  }

  take(weight: number, now: number): void {
    this.#forget(now)
    const newest = this.#taken.size - 1
    if (newest >= 0 && this.#taken.timeAt(newest) >= now) return this.#taken.add(newest, weight)
    if (this.#taken.size === mostMoments) this.#taken.coarsen(this.#perMs / coarseParts)
    this.#taken.push(now, weight)
  }

  refund(weight: number, { takenAt, now }: RefundTimes): void {
    this.#forget(now)
    if (this.#isOver(takenAt, now)) return
    // A moment only ever becomes a later one, so the first one from then on has it.
    const index = this.#taken.firstFrom(takenAt)
    if (index < this.#taken.size) this.#taken.add(index, -Math.min(weight, this.#taken.weightAt(index)))
  }

  isIdle(now: number): boolean {
    this.#forget(now)
    return this.#taken.sum <= tolerance
  }

  #isOver(moment: number, now: number): boolean {
    return moment <= now - this.#perMs
  }

  #forget(now: number): void {
    while (this.#taken.size > 0 && this.#isOver(this.#taken.timeAt(0), now)) this.#taken.shift()
  }

  #momentThatFrees(excess: number): number {
    let index = 0
    let freed = this.#taken.weightAt(0)
    while (freed < excess && index < this.#taken.size - 1) {
      index += 1
      freed += this.#taken.weightAt(index)
    }
    return this.#taken.timeAt(index)
  }
}
