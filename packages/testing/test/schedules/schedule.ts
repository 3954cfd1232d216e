/** What one attempt of a tool does. Times are milliseconds. */
export type Step =
  | { readonly kind: 'ok' | 'hang'; readonly ms: number }
  | { readonly kind: 'sync'; readonly isOk: boolean }
  | { readonly kind: 'fail'; readonly ms: number; readonly status: number }
  | { readonly kind: 'deaf'; readonly ms: number; readonly isOk: boolean }
  | { readonly kind: 'stream' | 'observable'; readonly ms: number; readonly parts: number; readonly isOk: boolean }
  | { readonly kind: 'nested'; readonly ms: number; readonly script: number }

/** The policy of one tool. */
export interface ToolPlan {
  readonly max: number
  readonly queue: number
  readonly overflow: 'reject' | 'drop-oldest'
  readonly queueTimeout: number | undefined
  readonly attempt: number
  readonly total: number
  readonly grace: number
  readonly idle: number | undefined
  readonly maxAttempts: number
  readonly base: number
  readonly jitter: 'decorrelated' | 'full' | 'none'
  readonly consecutiveFailures: number
  readonly openFor: number
  readonly isCached: boolean
  readonly isExclusive: boolean
  /** Two keys, by the parity of the script, instead of one. */
  readonly isKeyed: boolean
  /** When an extra attempt starts beside a slow one. */
  readonly hedgeAfter: number | undefined
  readonly rate: RatePlan | undefined
  readonly approval: ApprovalPlan | undefined
  /** Whether its limit of runs at once follows what the backend says. */
  readonly isAdaptive: boolean
  /** Failures of the same call after which it is refused. */
  readonly maxRepeats: number | undefined
}

/** So many starts in so many milliseconds. */
export interface RatePlan {
  readonly limit: number
  readonly per: number
  readonly mode: 'delay' | 'reject'
}

/** How a call is approved: after so many milliseconds, or at once. */
export interface ApprovalPlan {
  readonly ms: number | undefined
  readonly isApproved: boolean
}

/** Where calls run, and what the failure of one means for the others. */
export interface ScopePlan {
  readonly onFailure: 'collect' | 'cancel-siblings' | 'first-success'
  readonly deadline: number | undefined
  readonly closeAfter: number | undefined
}

/** How a call is made: as a promise, a stream, with a signal of its own, as a turn or a stream of several calls. */
export type Way = 'promise' | 'stream' | 'signal' | 'turn' | 'many'

/** An event of a call; `run` is the moment at which its tool is called. */
export type Moment =
  | 'run'
  | 'call-queue'
  | 'call-start'
  | 'attempt-start'
  | 'attempt-fail'
  | 'retry-wait'
  | 'output'
  | 'cache-hit'
  | 'hedge-start'
  | 'limit-wait'
  | 'approval-wait'

/** One call, or several: when it starts after the one before, what it asks for, and whether somebody cancels it. */
export interface CallPlan {
  readonly wait: number
  readonly tool: number
  readonly script: number
  readonly priority: number
  readonly session: number
  readonly deadline: number | undefined
  readonly scope: number | undefined
  readonly way: Way
  readonly size: number
  readonly cancelAfter: number | undefined
  readonly cancelOn: Moment | undefined
}

/** How the stores of breakers, cache and limits answer: at once, a microtask later, `ms` later, or with a failure now and then. */
export interface StorePlan {
  readonly kind: 'at-once' | 'async' | 'slow' | 'failing'
  readonly ms: number
}

/** What stands around every call: middleware that waits so long before it runs the call, an audit log. */
export interface AroundPlan {
  readonly wait: number | undefined
  readonly isAudited: boolean
}

/** A whole schedule. `scripts` hold a step per attempt; the last one repeats. */
export interface Schedule {
  readonly seed: number
  readonly tools: readonly ToolPlan[]
  readonly scripts: readonly (readonly Step[])[]
  readonly scopes: readonly ScopePlan[]
  readonly calls: readonly CallPlan[]
  readonly stores: StorePlan
  readonly around: AroundPlan
  readonly globalMax: number | undefined
  readonly closeAfter: number | undefined
}
