import type { RateRequest } from '../../ports/limiter.ts'

/** The numbers of a rate. */
export type Rate = Pick<RateRequest, 'limit' | 'perMs' | 'burst' | 'algorithm'>

/** When something was taken that is given back, and now. */
export interface RefundTimes {
  readonly takenAt: number
  readonly now: number
}

/**
 * Counts what one rate has let through. Times are milliseconds of a clock that never goes back; weights are above 0 and
 * at most what the rate lets through at once.
 */
export interface RateMachine {
  /**
   * 0 where `weight` fits now, else the whole milliseconds after which it does if nobody else takes anything. Takes
   * nothing itself.
   */
  waitMs(weight: number, now: number): number
  /** Takes what fits. */
  take(weight: number, now: number): void
  /** Gives back what was never used; never so much that more gets through than the rate allows. */
  refund(weight: number, times: RefundTimes): void
  /** Whether a new machine would be the same. */
  isIdle(now: number): boolean
}
