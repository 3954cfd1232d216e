import type { BoundCall } from '../../call/tool-call.ts'
import { checkFunction, checkKeys, checkNumber, checkOneOf } from '../../options/check-option.ts'
import { type AdaptivePolicy, type AdaptiveRules, resolveAdaptive } from './adaptive-limit.ts'

/** How many calls of a key run at once, and how the others wait. */
export interface ConcurrencyPolicy {
  /** Calls that run at once; 10 by default, or what `adaptive` allows at most. */
  readonly max?: number
  /** Calls that may wait; 1,000 by default. */
  readonly queue?: number
  /** What a full queue does: refuses the newcomer (the default), or drops the one that waited longest. */
  readonly overflow?: 'reject' | 'drop-oldest'
  /** Milliseconds after which a waiting call fails with QUEUE_TIMEOUT; none by default. */
  readonly queueTimeout?: number
  /** Calls of one key share the limit; the tool's name by default. */
  readonly key?: (call: BoundCall) => string
  /** The call runs alone among the calls of its key. */
  readonly exclusive?: boolean
  /** Runs past their grace that may exist before new calls fail with TOOL_STUCK; `max` by default. */
  readonly maxAbandoned?: number
  /** Lets the limit follow what the backend can take: down with a 429, a 503 or a timeout, up while all goes well. */
  readonly adaptive?: AdaptivePolicy
}

/** A concurrency policy, complete. Not frozen: `control.limits` changes `max` and `queue` of a running tool. */
export interface ConcurrencyRules {
  max: number
  queue: number
  readonly dropOldest: boolean
  readonly queueTimeoutMs: number
  readonly key: ((call: BoundCall) => string) | undefined
  readonly exclusive: boolean
  readonly maxAbandoned: number
  readonly adaptive: AdaptiveRules | undefined
}

const keys = ['max', 'queue', 'overflow', 'queueTimeout', 'key', 'exclusive', 'maxAbandoned', 'adaptive']

/** Checks a policy and fills in its defaults. `where` begins the message of a refusal. */
export function resolveConcurrency(policy: ConcurrencyPolicy | false, where: string): ConcurrencyRules {
  if (policy === false) return resolveConcurrency({ max: Infinity }, where)
  checkKeys(`${where}.concurrency`, policy, keys)
  const adaptive = resolveAdaptive(policy.adaptive, where)
  const {
    max = adaptive?.max ?? 10,
    queue = 1000,
    overflow = 'reject',
    queueTimeout = Infinity,
    key,
    exclusive = false,
  } = policy
  const { maxAbandoned = max } = policy
  checkNumber(where, 'concurrency.max', max, { min: 1, integer: true, infinite: true })
  checkNumber(where, 'concurrency.queue', queue, { min: 0, integer: true, infinite: true })
  checkOneOf(where, 'concurrency.overflow', overflow, ['reject', 'drop-oldest'])
  checkNumber(where, 'concurrency.queueTimeout', queueTimeout, { min: 0, aboveMin: true, infinite: true })
  checkFunction(where, 'concurrency.key', key)
  checkOneOf(where, 'concurrency.exclusive', exclusive, [true, false])
  checkNumber(where, 'concurrency.maxAbandoned', maxAbandoned, { min: 0, integer: true, infinite: true })
  const dropOldest = overflow === 'drop-oldest'
  return { max, queue, dropOldest, queueTimeoutMs: queueTimeout, key, exclusive, maxAbandoned, adaptive }
}
