import type { ConcurrencyRules } from './concurrency-policy.ts'

/** What runs under one key, and whether more may. */
export class Load {
  /** Permits taken. */
  running = 0
  /** Runs past their grace that still go on. */
  overdue = 0
  /** A limit beside that of the rules, where the limit adapts. */
  cap: number = Number.POSITIVE_INFINITY
  /** Nobody may start for now. */
  isPaused = false
  /** The one that runs asked to be alone. */
  #isExclusive = false

  hasRoom(rules: ConcurrencyRules): boolean {
    if (this.isPaused || this.running >= this.cap) return false
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

  /** Whether as many runs were abandoned as may be, so that none may start. */
  isStuck(rules: ConcurrencyRules): boolean {
    return this.overdue > 0 && this.overdue >= rules.maxAbandoned
  }

  /** A run is past its grace: true when its permit may be freed, since not too many are abandoned already. */
  abandon(rules: ConcurrencyRules): boolean {
    this.overdue += 1
    return this.overdue <= rules.maxAbandoned
  }
}
