/** One line of a scope's tree: a call or a scope inside it. Plain data. */
export interface ScopeTree {
  readonly kind: 'scope' | 'call'
  /** Of a call. */
  readonly callId?: string
  readonly tool?: string
  readonly status: 'open' | 'closing' | 'closed' | 'queued' | 'running' | 'settled'
  readonly children: readonly ScopeTree[]
}

/** What a {@link ScopeNode} holds: it is linked into the node's list, so that joining and leaving are O(1). */
export interface ScopeChild {
  before: ScopeChild | undefined
  after: ScopeChild | undefined
  /** Begins to end the child's work; the child leaves its scope when the work has ended or was abandoned. */
  cancel(reason: unknown): void
  tree(): ScopeTree
}
