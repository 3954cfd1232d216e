import { AdaptiveLimit, type AdaptiveRules } from './adaptive-limit.ts'
import type { ConcurrencyRules } from './concurrency-policy.ts'

/** How a run ended, for a limit that adapts; times of a monotonic clock. */
export interface RunEnd {
  readonly outcome: 'ok' | 'overload'
  readonly startedAt: number
  readonly now: number
}

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
  #adaptive: AdaptiveLimit | undefined
  #loweredAt: number = Number.NEGATIVE_INFINITY

  /** The limit that it has found out; undefined where none is looked for. */
  get found(): number | undefined {
    return this.#adaptive?.limit
  }

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

  /**
   * Learns how a run ended that is still counted; gives the limit that follows from it where it is another one. Runs that
   * began before the limit last went down say nothing new: what was too much then costs the limit once, not once a run.
   */
  learn(rules: AdaptiveRules, { outcome, startedAt, now }: RunEnd): number | undefined {
    if (outcome === 'overload' && startedAt <= this.#loweredAt) return undefined
    const adaptive = this.#following(rules)
    const before = adaptive.limit
    adaptive.sample(outcome, this.running)
    if (adaptive.limit < before) this.#loweredAt = now
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
