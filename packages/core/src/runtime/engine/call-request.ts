import type { Turn } from '../../policies/concurrency/turn.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'
import type { CallOptions } from '../../tool/call-options.ts'
import type { Tool } from '../../tool/tool.ts'
import type { CallFollower } from './call-follower.ts'
import type { ParentRun } from './parent-run.ts'

/** Where in the tree of calls a new one stands: one object for all that stand there. */
export interface CallPlace {
  readonly scope: ScopeNode
  /** The attempt whose tool asks. */
  readonly parent?: ParentRun | undefined
  /** The model turn or stream it comes with. */
  readonly turn?: Turn | undefined
}

/** What the engine is asked to run. */
export interface CallRequest {
  readonly place: CallPlace
  readonly tool: string | Tool
  readonly arguments: unknown
  /** The arguments come from a model: an object, or JSON text. */
  readonly isDispatch: boolean
  readonly callId?: string | undefined
  readonly options?: CallOptions | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Middleware stands around the call: it alone is told the events. */
  readonly isWrapped?: boolean
  /** Who follows the call. */
  readonly follower?: CallFollower | undefined
}
