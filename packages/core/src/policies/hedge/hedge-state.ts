import { HedgeBudget } from './hedge-budget.ts'
import { LatencyWindow } from './latency-window.ts'

/** What all calls of one key know together about hedging: how long attempts take, and what extra ones may still cost. */
export class HedgeState {
  readonly latency: LatencyWindow = new LatencyWindow()
  readonly budget: HedgeBudget = new HedgeBudget()
}
