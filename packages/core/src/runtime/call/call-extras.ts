import type { CacheMeta } from '../../call/call-result.ts'
import type { BoundCall } from '../../call/tool-call.ts'
import type { SignalLink } from '../../scope/signal-hub.ts'
import type { CallFollower } from '../engine/call-follower.ts'
import type { ApprovalStage } from './approval-stage.ts'
import type { RepeatEntry } from './repeat-entry.ts'

/** What most calls do without: kept apart, so that a waiting call stays small. */
export class CallExtras {
  /** The name that was asked for, where there is no such tool. */
  toolName: string | undefined = undefined
  metadata: Readonly<Record<string, unknown>> | undefined = undefined
  bound: BoundCall | undefined = undefined
  idempotencyKey: string | undefined = undefined
  /** From when the call's own limit counts, where that is not its start. */
  limitFrom: number | undefined = undefined
  /** What was left of the limit of its policy when its clocks stood still last. */
  leftMs: number | undefined = undefined
  /** Attempts that wait for input now. */
  asking = 0
  /** While the call waits for consent. */
  approval: ApprovalStage | undefined = undefined
  /** Where its end is counted against repeats. */
  repeat: RepeatEntry | undefined = undefined
  link: SignalLink | undefined = undefined
  /** The place in the order of starts, where the scope's rule asks for it. */
  order = 0
  /** What its tool writes: tags of the cache. */
  writes: readonly string[] | undefined = undefined
  cache: CacheMeta | undefined = undefined
  isDegraded = false
  isWrapped = false
  follower: CallFollower | undefined = undefined
  /** Work beside the execution that has not ended: a fallback, or a flight that this call was the last to leave. */
  beside = 0
  onFinish: (() => void)[] | undefined = undefined
}
