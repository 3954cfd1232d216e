import type { AfterlifeEvent, CallEvent } from '../../call/call-event.ts'
import type { JobState } from '../../call/call-result.ts'
import type { BreakerState } from '../../ports/breaker-store.ts'
import type { RegistryChange } from '../../registry/registry.ts'

interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The ports that events speak of. */
export type StoreName = 'cache' | 'semantic' | 'breaker' | 'limiter' | 'job' | 'audit'

/** A store could not do its part; calls went on without it, but for a store of jobs and an audit log. */
export interface StoreError extends Moment {
  readonly type: 'store-error'
  readonly store: StoreName
  readonly error: unknown
}

/** A store has failed too often in a row: it is not asked for `forMs` milliseconds. */
export interface StoreSuspend extends Moment {
  readonly type: 'store-suspend'
  readonly store: StoreName
  readonly forMs: number
}

/** A store that was suspended has answered again. */
export interface StoreResume extends Moment {
  readonly type: 'store-resume'
  readonly store: StoreName
}

/** Results of a tool are not cached although its policy asks for it; told once for each tool and reason. */
export interface CacheWarning extends Moment {
  readonly type: 'cache-warning'
  readonly tool: string
  readonly why:
    | 'no-session'
    | 'no-tenant'
    | 'arguments-not-json'
    /** A function of `fields` threw, or gave no plain JSON. */
    | 'field-not-json'
    | 'output-not-json'
    /** `tags` threw, or gave no list of strings. */
    | 'tags-failed'
}

/** A breaker has changed its state. */
export interface BreakerChange extends Moment {
  readonly type: 'breaker-change'
  readonly key: string
  readonly from: BreakerState
  readonly to: BreakerState
}

/** A tool's concurrency limit was changed. */
export interface LimitChange extends Moment {
  readonly type: 'limit-change'
  readonly tool: string
  readonly max: number
  readonly queue: number
}

/** This runtime has brought a job into another state: its first, too. */
export interface JobStateChange extends Moment {
  readonly type: 'job-change'
  readonly jobId: string
  readonly callId: string
  readonly tool: string
  readonly state: JobState
  /** Runs that were begun. */
  readonly attempt: number
}

/** A tool was added or taken out. */
export interface RegistryChanged extends Moment, RegistryChange {
  readonly type: 'registry-change'
}

/** What happens in a runtime beside its calls. */
export type SystemEvent =
  | StoreError
  | StoreSuspend
  | StoreResume
  | CacheWarning
  | BreakerChange
  | LimitChange
  | JobStateChange
  | RegistryChanged

/** Everything that a runtime tells: the events of all its calls, and its own. */
export type RuntimeEvent = CallEvent | AfterlifeEvent | SystemEvent
