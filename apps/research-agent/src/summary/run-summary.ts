/** A call that gave no output, and what the agent was told instead. */
export interface FailedCall {
  readonly call: string
  readonly code: string
  readonly message: string
  readonly next: string
  /** Asked for again later, and then answered. */
  readonly recovered: boolean
}

/** What a run adds up to. Times in milliseconds. */
export interface RunSummary {
  readonly questions: number
  /** Turns in which calls were made. */
  readonly turns: number
  readonly calls: number
  readonly succeeded: number
  readonly cancelled: number
  /** On the clock, from question to answer, all questions together. */
  readonly wallMs: number
  /** What the calls took by themselves, waiting in queues left out: one after another they would take this long. */
  readonly ownMs: number
  /** The most attempts that ran at once. */
  readonly mostAtOnce: number
  /** Answered from the cache, and joined to an equal call that was running. */
  readonly cacheHits: number
  readonly joined: number
  /** Hits on what was kept before this run began, by another process. */
  readonly inherited: number
  readonly attempts: number
  readonly retries: number
  /** Why attempts failed, and how often. */
  readonly causes: Readonly<Record<string, number>>
  /** Breakers that were open before anything failed here: another process has found their backends down. */
  readonly foundOpen: readonly string[]
  readonly breakers: readonly { readonly key: string; readonly opened: number; readonly closed: number }[]
  /** How long the agent waited because errors told it to. */
  readonly toldToWaitMs: number
  readonly failed: readonly FailedCall[]
}
