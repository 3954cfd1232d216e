import { AdaptiveLimit, type AdaptiveRules } from './adaptive-limit.ts'
import type { ConcurrencyRules } from './concurrency-policy.ts'

/** What runs under one key, and whether more may. */
export class Load {
  /** Permits taken. */
  running = 0
  /** Runs past their grace that still go on. */
  overdue = 0
  /** Nobody may start for now. */
  isPaused = false
  /** The one that runs asked to be alone. */
  #isExclusive = false
  /** Made when the first rules ask for it. */
  #adaptive: AdaptiveLimit | undefined = undefined

  hasRoom(rules: ConcurrencyRules): boolean {
    const { adaptive } = rules
    if (this.isPaused || (adaptive !== undefined && this.running >= this.#following(adaptive).limit)) return false
    return this.running < rules.max && !this.#isExclusive && (!rules.exclusive || this.running === 0)
  }

  take(rules: ConcurrencyRules): void {
    this.running += 1
    if (rules.exclusive) this.#isExclusive = true
  }

  free(rules: ConcurrencyRules): void {
    this.running -= 1
    if (rules.exclusive) this.#isExclusive = false
  }

  /** Learns how a run ended that is still counted; gives the limit that follows from it where it is another one. */
  learn(rules: AdaptiveRules, outcome: 'ok' | 'overload'): number | undefined {
    const adaptive = this.#following(rules)
    const before = adaptive.limit
    adaptive.sample(outcome, this.running)
    return adaptive.limit === before ? undefined : adaptive.limit
  }

  /** Whether as many runs were abandoned as may be, so that none may start. */
  isStuck(rules: ConcurrencyRules): boolean {
    return this.overdue > 0 && this.overdue >= rules.maxAbandoned
  }

  /** A run is past its grace: true when its permit may be freed, since not too many are abandoned already. */
  abandon(rules: ConcurrencyRules): boolean {
    this.overdue += 1
    return this.overdue <= rules.maxAbandoned
  }

  #following(rules: AdaptiveRules): AdaptiveLimit {
    this.#adaptive ??= new AdaptiveLimit(rules)
    return this.#adaptive
  }
}
