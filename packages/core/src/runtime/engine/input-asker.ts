import { toolFailure } from '../../errors/tool-failure.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'

/** Asks, on behalf of a tool, whoever looks after the job that the tool runs in. */
export interface InputAsker {
  /** Gives the answer; rejects with the signal's reason when that is aborted. */
  ask(request: unknown, signal: AbortSignal): Promise<unknown>
}

/** Who can be asked, by the scope of the job. */
export class InputAskers {
  readonly #askers = new WeakMap<ScopeNode, InputAsker>()

  add(scope: ScopeNode, asker: InputAsker): void {
    this.#askers.set(scope, asker)
  }

  /** Asks for a call in the scope, or in one below it; rejects where that is no part of a job. */
  ask(scope: ScopeNode, request: unknown, signal: AbortSignal): Promise<unknown> {
    for (let node: ScopeNode | undefined = scope; node !== undefined; node = node.parent) {
      const asker = this.#askers.get(node)
      if (asker !== undefined) return asker.ask(request, signal)
    }
    const refused = Promise.reject(
      toolFailure({
        message: 'The tool needs input, and only a job can ask for it: the tool must run as a job.',
        retryable: false,
        blame: 'caller',
        hint: 'Submit the call as a job, and answer what the job asks for.',
      }),
    )
    // a tool that does not wait for it has not to deal with it
    refused.catch(() => undefined)
    return refused
  }
}
