import type { Rate, RateMachine } from './rate-machine.ts'
import { SlidingWindow } from './sliding-window.ts'
import { TokenBucket } from './token-bucket.ts'

/** Makes the machine of a rate's algorithm, with nothing taken. */
export function createRateMachine(rate: Rate): RateMachine {
  return rate.algorithm === 'sliding-window' ? new SlidingWindow(rate) : new TokenBucket(rate)
}
