import type { ToolErrorCode } from '../../errors/tool-error-code.ts'
import { checkKeys, checkNumber } from '../../options/check-option.ts'

/** Which errors are kept, and for how long. */
export interface NegativePolicy {
  readonly codes: readonly ToolErrorCode[]
  /** Milliseconds from the failure. 0 keeps none. */
  readonly ttl: number
}

/** A negative policy, complete. */
export interface NegativeRules {
  readonly codes: ReadonlySet<string>
  readonly ttlMs: number
}

const known: Readonly<Record<ToolErrorCode, true>> = {
  TOOL_NOT_FOUND: true,
  ARGUMENTS_INVALID: true,
  OUTPUT_INVALID: true,
  EXECUTION_FAILED: true,
  TIMEOUT: true,
  DEADLINE_EXCEEDED: true,
  CIRCUIT_OPEN: true,
  RATE_LIMITED: true,
  QUEUE_FULL: true,
  QUEUE_TIMEOUT: true,
  TOOL_STUCK: true,
  REPEATED_CALL: true,
  APPROVAL_DENIED: true,
  IDEMPOTENCY_CONFLICT: true,
  OUTCOME_UNKNOWN: true,
  RUNTIME_CLOSED: true,
}

/** Checks a negative policy. `where` begins the message of a refusal. */
export function resolveNegative(policy: NegativePolicy | undefined, where: string): NegativeRules | undefined {
  if (policy === undefined) return undefined
  checkKeys(`${where}: cache.negative`, policy, ['codes', 'ttl'])
  const { codes, ttl } = policy
  if (!Array.isArray(codes) || codes.length === 0) {
    throw new TypeError(`${where}: cache.negative.codes must be a list of at least one code of an error`)
  }
  for (const code of codes) {
    if (typeof code === 'string' && Object.hasOwn(known, code)) continue
    throw new TypeError(`${where}: cache.negative.codes has the unknown code '${String(code)}'`)
  }
  if (ttl === undefined) throw new RangeError(`${where}: cache.negative.ttl is missing; give milliseconds`)
  checkNumber(where, 'cache.negative.ttl', ttl, { min: 0 })
  return { codes: new Set(codes), ttlMs: ttl }
}
