import { checkKeys, checkNumber } from '../../options/check-option.ts'

/** When a call that fails again and again is refused, so that a model does not go round in circles. */
export interface RepeatPolicy {
  /** So many failures of the same call, and the next one is refused: REPEATED_CALL. */
  readonly max: number
  /** Milliseconds that are looked back; Infinity takes all failures into account. */
  readonly within: number
}

/** A checked repeat policy. */
export interface RepeatRules {
  readonly max: number
  readonly withinMs: number
}

/** Checks a policy; undefined for `false`. Throws a RangeError or TypeError that names the wrong option. */
export function resolveRepeat(policy: RepeatPolicy | false, where: string): RepeatRules | undefined {
  if (policy === false) return undefined
  checkKeys(where, policy, ['max', 'within'])
  const { max, within } = policy
  if (max === undefined) throw new RangeError(`${where}: max is missing; give a number of failures`)
  if (within === undefined) throw new RangeError(`${where}: within is missing; give milliseconds`)
  checkNumber(where, 'max', max, { min: 1, integer: true })
  checkNumber(where, 'within', within, { min: 0, aboveMin: true, infinite: true })
  return { max, withinMs: within }
}
