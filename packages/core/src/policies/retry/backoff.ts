/** How long to wait between tries. Times in milliseconds. */
export interface BackoffRules {
  /** How the wait grows: `base × factor^(n-1)`, `base × n` or `base` after the n-th try. */
  readonly type: 'exponential' | 'linear' | 'constant'
  /** What the waits are made of; 250. */
  readonly base: number
  /** How fast an exponential wait grows; 2. */
  readonly factor: number
  /** No wait is longer; 30,000. */
  readonly max: number
  /**
   * `decorrelated`: anywhere from `base` to three times the wait before, whatever the type; `full`: anywhere from 0 to
   * the type's wait; `none`: the type's wait. From "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
   */
  readonly jitter: 'decorrelated' | 'full' | 'none'
}

/**
 * Milliseconds to wait after try number `attempt` (the first is 1) has failed; `previousDelayMs` is the wait before
 * that try, 0 where there was none. Never negative, never NaN, never above `max`.
 */
export function backoffDelay(
  rules: BackoffRules,
  attempt: number,
  previousDelayMs: number,
  random: () => number,
): number {
  const { base, max, jitter } = rules
  if (jitter === 'none') return Math.min(max, growth(rules, attempt))
  if (jitter === 'full') return share(random) * Math.min(max, growth(rules, attempt))
  // A server may have asked for a longer wait than `max` before.
  const spread = 3 * Math.max(base, Math.min(max, previousDelayMs)) - base
  return Math.min(max, base + share(random) * spread)
}

function growth({ type, base, factor }: BackoffRules, attempt: number): number {
  if (type === 'constant') return base
  if (type === 'linear') return base * attempt
  // Zero times a factor that has grown to Infinity would be NaN.
  return base === 0 ? 0 : base * factor ** (attempt - 1)
}

/** A random number may be anybody's: what is no share of one counts as none of it. */
function share(random: () => number): number {
  const value = random()
  return value >= 0 && value <= 1 ? value : 0
}
