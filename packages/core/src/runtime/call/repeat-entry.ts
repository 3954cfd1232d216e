import type { ToolError } from '../../errors/tool-error.ts'
import { canonicalJson } from '../../json/plain-json.ts'
import { shortName } from '../../json/short-name.ts'
import type { RepeatGuard } from '../../policies/repeat/repeat-guard.ts'
import type { RepeatRules } from '../../policies/repeat/repeat-policy.ts'
import { sessionOwner } from '../../policies/repeat/session-owner.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import { type ErrorPlace, repeatedCall } from '../engine/refusal.ts'
import type { ToolRecord } from '../engine/tool-record.ts'
import type { CallOutcome } from './call-outcome.ts'

/** A call that is looked at by the repeat guard. */
export interface GuardedCall {
  readonly record: ToolRecord
  readonly input: unknown
  readonly scope: ScopeNode
  readonly session: string | undefined
  readonly tenant: string | undefined
}

/** What the repeat guard knows a call by. */
export class RepeatEntry {
  readonly #guard: RepeatGuard<ToolError>
  readonly #rules: RepeatRules
  readonly #key: string

  constructor(guard: RepeatGuard<ToolError>, rules: RepeatRules, key: string) {
    this.#guard = guard
    this.#rules = rules
    this.#key = key
  }

  /** Why the call must not run; undefined when it may. */
  refusal(place: ErrorPlace, now: number): ToolError | undefined {
    const repeated = this.#guard.check(this.#key, this.#rules, now)
    return repeated && repeatedCall(place, { ...repeated, withinMs: this.#rules.withinMs })
  }

  /** How a call ended that was let through. A fallback's answer is one; a cancelled call tells nothing. */
  settle(outcome: CallOutcome, now: number): void {
    if ('output' in outcome) this.#guard.succeed(this.#key)
    else if ('error' in outcome) this.#guard.fail(this.#key, this.#rules, { error: outcome.error, now })
  }
}

/** Undefined where the tool's calls are not guarded, or where the arguments are no plain JSON: nothing equals them. */
export function repeatEntryOf(call: GuardedCall): RepeatEntry | undefined {
  const { repeats, policy } = call.record
  if (repeats === undefined || policy.repeat === undefined) return undefined
  const args = canonicalJson(call.input)
  if (args === undefined) return undefined
  const { tenant, session, scope } = call
  const owner = session === undefined ? scope : sessionOwner(tenant, session)
  return new RepeatEntry(repeats, policy.repeat, repeats.keyOf(owner, shortName(args)))
}
