import { checkKeys, checkNumber, type NumberRange } from '../../options/check-option.ts'

/** How long things may take, in milliseconds; Infinity takes one limit away. */
export interface TimeoutPolicy {
  /** One attempt, from its start to its result; 30 s. TIMEOUT, which may be retried. */
  readonly attempt?: number | undefined
  /** The whole call with its waits and all its attempts; 120 s. DEADLINE_EXCEEDED. */
  readonly total?: number | undefined
  /** From one sign of life of an attempt, a progress or an output, to the next; none. TIMEOUT. */
  readonly idle?: number | undefined
  /** How long work that was told to stop keeps its permit before it is given up; 5 s. */
  readonly grace?: number | undefined
}

/** A timeout policy with every default filled in; Infinity where there is no limit. */
export interface TimeoutRules {
  readonly attemptMs: number
  readonly totalMs: number
  readonly idleMs: number
  readonly graceMs: number
}

const defaultGraceMs = 5000
const limit: NumberRange = { min: 0, aboveMin: true, infinite: true }

/**
 * Checks a policy and fills in its defaults; throws a RangeError or TypeError that names the wrong option. `false`
 * takes every limit away; work that somebody cancels has the default grace still.
 */
export function resolveTimeout(policy: TimeoutPolicy | false, where: string): TimeoutRules {
  const none = Number.POSITIVE_INFINITY
  if (policy === false) return { attemptMs: none, totalMs: none, idleMs: none, graceMs: defaultGraceMs }
  checkKeys(where, policy, ['attempt', 'total', 'idle', 'grace'])
  const { attempt = 30_000, total = 120_000, idle = none, grace = defaultGraceMs } = policy
  checkNumber(where, 'attempt', attempt, limit)
  checkNumber(where, 'total', total, limit)
  checkNumber(where, 'idle', idle, limit)
  checkNumber(where, 'grace', grace, { min: 0, infinite: true })
  return { attemptMs: attempt, totalMs: total, idleMs: idle, graceMs: grace }
}
