import type { ScopeChild, ScopeTree } from '../../scope/scope-child.ts'
import type { ScopeNode } from '../../scope/scope-node.ts'

/** Short work for which a closing runtime waits. It ends by itself, soon: nobody can cancel it. */
export class RootTask implements ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  readonly #root: ScopeNode

  constructor(root: ScopeNode) {
    this.#root = root
    root.add(this)
  }

  cancel(): void {
    // its end comes without being asked for
  }

  tree(): ScopeTree {
    return { kind: 'scope', status: 'open', children: [] }
  }

  end(): void {
    this.#root.remove(this)
  }
}
