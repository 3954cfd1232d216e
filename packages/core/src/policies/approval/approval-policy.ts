import type { BoundCall } from '../../call/tool-call.ts'
import { checkFunction } from '../../options/check-option.ts'
import type { Awaitable } from '../../ports/port-options.ts'

/** What somebody who was asked for consent answers. */
export interface ApprovalDecision {
  readonly approved: boolean
  /** Why, or by whom: of a refusal the model is told, of a consent the audit log alone. */
  readonly reason?: string | undefined
  /** What the tool is called with instead: it goes through the tool's input schema once more. */
  readonly arguments?: unknown
}

/** What an approval function is given besides the call. */
export interface ApprovalOptions {
  /** Aborted when the call ends before the answer: nobody waits for it any more. Made only when read. */
  readonly signal: AbortSignal
}

/**
 * Asks for consent before a call runs, a person most often. The wait is bounded by the caller's signal and deadline and
 * by the scope's, and by nothing of the policy: `timeout.total` counts from the answer. Who throws, rejects or answers
 * otherwise has not consented.
 */
export type ApprovalPolicy = (call: BoundCall, options: ApprovalOptions) => Awaitable<boolean | ApprovalDecision>

/** Checks an approval policy. `where` begins the message of a refusal. */
export function checkApproval(approval: unknown, where: string): void {
  if (approval !== false) checkFunction(where, 'approval', approval)
}

/** Reads an answer; throws a TypeError for what is none, so that nothing but a clear yes is one. */
export function readVerdict(answer: unknown): ApprovalDecision {
  const given: Readonly<Record<string, unknown>> =
    typeof answer === 'boolean' ? { approved: answer } : ((answer as Readonly<Record<string, unknown>> | null) ?? {})
  const { approved, reason } = given
  if (typeof approved !== 'boolean') throw new TypeError('approval must give a boolean or { approved: boolean }')
  return { approved, reason: typeof reason === 'string' ? reason : undefined, arguments: given.arguments }
}
