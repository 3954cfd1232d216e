import type { ToolError } from '../../errors/tool-error.ts'
import { checkKeys, checkNumber } from '../../options/check-option.ts'

/** Bounds of a limit that follows what the backend can take: whole numbers, `min` <= `start` <= `max`. */
export interface AdaptivePolicy {
  /** Calls that may always run at once; 1 by default. */
  readonly min?: number | undefined
  /** The limit until anything is known; 10 by default. */
  readonly start?: number | undefined
  /** 100 by default. */
  readonly max?: number | undefined
}

/** An adaptive policy with every default filled in. */
export type AdaptiveRules = Readonly<Record<'min' | 'start' | 'max', number>>

const backoffRatio = 0.9

/**
 * Checks a policy and fills in its defaults, which give way to what is there; undefined where there is none. `where`
 * begins the message of a refusal.
 */
export function resolveAdaptive(policy: AdaptivePolicy | undefined, where: string): AdaptiveRules | undefined {
  if (policy === undefined) return undefined
  const name = 'concurrency.adaptive'
  checkKeys(`${where}: ${name}`, policy, ['min', 'start', 'max'])
  const { min = 1 } = policy
  checkNumber(where, `${name}.min`, min, { min: 1, integer: true })
  checkNumber(where, `${name}.start`, policy.start, { min, integer: true })
  checkNumber(where, `${name}.max`, policy.max, { min: policy.start ?? min, integer: true })
  const max = policy.max ?? Math.max(100, policy.start ?? min)
  return { min, start: policy.start ?? Math.min(max, Math.max(min, 10)), max }
}

/**
 * How many calls may run at once, found out by additive increase and multiplicative decrease. Each overload takes a
 * tenth away, at least one. A call that went well adds one until the first overload; from then on it takes as many of
 * them as the limit is, so that the limit stays close to what the backend can take instead of running into it again
 * and again: as in TCP, slow start and congestion avoidance (RFC 5681). Calls count only while at least half of the
 * limit is in use, as in AIMDLimit of Netflix's concurrency-limits: an idle backend tells nothing. Cancelled calls are
 * no samples.
 */
export class AdaptiveLimit {
  readonly #rules: AdaptiveRules
  #limit: number
  #wasOverloaded = false
  /** Calls that went well since the limit last changed. */
  #successes = 0

  constructor(rules: AdaptiveRules) {
    this.#rules = rules
    this.#limit = rules.start
  }

  /** A whole number, from `min` to `max`. */
  get limit(): number {
    return this.#limit
  }

  /** Learns how a call ended; `running` is how many ran while it did, itself included. */
  sample(outcome: 'ok' | 'overload', running: number): void {
    if (outcome === 'overload') {
      this.#wasOverloaded = true
      this.#set(Math.floor(this.#limit * backoffRatio))
    } else if (running * 2 >= this.#limit) {
      this.#successes += 1
      if (this.#successes >= (this.#wasOverloaded ? this.#limit : 1)) this.#set(this.#limit + 1)
    }
  }

  #set(limit: number): void {
    const { min, max } = this.#rules
    this.#limit = Math.min(max, Math.max(min, limit))
    this.#successes = 0
  }
}

/** Whether an error says that its backend has more to do than it can: the statuses 429 and 503, and timeouts. */
export function isOverload(error: ToolError): boolean {
  const { status } = error.details
  return error.code === 'TIMEOUT' || status === 429 || status === 503
}
