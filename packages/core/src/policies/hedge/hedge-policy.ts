import { checkKeys, checkNumber, checkOneOf } from '../../options/check-option.ts'
import type { HedgeBudgetRules } from './hedge-budget.ts'

/** How a slow attempt gets another one beside it: the first to succeed wins. Times in milliseconds. */
export interface HedgePolicy {
  /**
   * How long after the start of an attempt the next one is started beside it; 'p95', the default, is as long as 95 %
   * of the last successful attempts took, and 2 s until 20 of them are known.
   */
  readonly after?: number | 'p95' | undefined
  /** Extra attempts of one call; 1. */
  readonly max?: number | undefined
  /** Bounds what extra attempts add to the load of one key. */
  readonly budget?: Partial<HedgeBudgetRules> | undefined
  /** Lets a tool run twice that says neither `readOnlyHint` nor `idempotentHint`. */
  readonly idempotent?: 'accept-repeats' | undefined
}

/** A hedge policy with every default filled in. */
export interface HedgeRules {
  readonly after: number | 'p95'
  readonly max: number
  readonly budget: HedgeBudgetRules
  readonly acceptRepeats: boolean
}

/**
 * Checks a policy and fills in its defaults; undefined for `false`. Throws a RangeError or TypeError that names the
 * wrong option.
 */
export function resolveHedge(policy: HedgePolicy | false, where: string): HedgeRules | undefined {
  if (policy === false) return undefined
  checkKeys(where, policy, ['after', 'max', 'budget', 'idempotent'])
  const { after = 'p95', max = 1, budget = {}, idempotent } = policy
  if (typeof after === 'number') checkNumber(where, 'after', after, { min: 0 })
  else checkOneOf(where, 'after', after, ['p95'])
  checkNumber(where, 'max', max, { min: 1, integer: true })
  checkOneOf(where, 'idempotent', idempotent, ['accept-repeats'])
  return { after, max, budget: resolveBudget(budget, `${where}.budget`), acceptRepeats: idempotent !== undefined }
}

function resolveBudget(budget: Partial<HedgeBudgetRules>, where: string): HedgeBudgetRules {
  checkKeys(where, budget, ['ratio', 'burst'])
  const { ratio = 0.1, burst = 1 } = budget
  checkNumber(where, 'ratio', ratio, { min: 0 })
  checkNumber(where, 'burst', burst, { min: 0 })
  return { ratio, burst }
}
