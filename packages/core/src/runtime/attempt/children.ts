import { CancelReason } from '../../errors/cancel-reason.ts'
import type { ScopeTree } from '../../scope/scope-child.ts'
import { ScopeNode } from '../../scope/scope-node.ts'
import type { ContextCall, ContextDispatch } from '../../tool/call-context.ts'
import type { CallOptions } from '../../tool/call-options.ts'
import type { ExecutionView } from '../engine/execution-view.ts'
import { requestFromCode, requestFromModel } from '../engine/make-request.ts'
import type { ParentRun } from '../engine/parent-run.ts'

/** The calls that a tool makes while it runs: they end with its attempt. */
export class Children {
  readonly #node: ScopeNode
  readonly call: ContextCall
  readonly dispatch: ContextDispatch

  constructor(owner: ExecutionView, parent: ParentRun) {
    const scope = new ScopeNode({
      parent: owner.scope,
      isPart: true,
      session: owner.session,
      tenant: owner.bound().tenant,
    })
    const place = { scope, parent }
    const { launcher } = owner.engine
    this.#node = scope
    this.call = (tool: unknown, args: unknown, options?: CallOptions) =>
      launcher.launch<never>(requestFromCode(tool, args, options, place))
    this.dispatch = (call, options) => launcher.launch(requestFromModel(call, options, place))
  }

  /** Aborted when they are cancelled. */
  get signal(): AbortSignal {
    return this.#node.signal
  }

  cancel(reason: unknown): void {
    this.#node.cancel(reason)
  }

  /** True when some still run; cancels them then, and runs `resume` when they have ended. */
  wait(resume: () => void): boolean {
    if (this.#node.isEmpty) return false
    this.#node.cancel(new CancelReason('superseded'))
    if (this.#node.isEmpty) return false
    this.#node.whenEmpty(resume)
    return true
  }

  trees(): readonly ScopeTree[] {
    return this.#node.tree().children
  }
}
