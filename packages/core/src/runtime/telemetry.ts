import type { Observable } from 'rxjs'
import type { CallTelemetry } from './engine/call-follower.ts'
import type { RuntimeEvent } from './engine/runtime-event.ts'
import type { RuntimeSnapshot } from './snapshot.ts'

/** What telemetry sees of a runtime beside its calls. */
export interface WatchedRuntime {
  /** Hot: the events of all calls, and the runtime's own. */
  readonly events$: Observable<RuntimeEvent>
  /** How the runtime stands now: plain data. */
  snapshot(): RuntimeSnapshot
}

/**
 * Watches a runtime for those who operate it. It follows every call from outside of its middleware, and changes nothing
 * about it but the async context in which it runs. A job's run is followed; the dispatch that is answered by the job is not.
 */
export interface Telemetry extends CallTelemetry {
  /** Begins to watch a runtime that was just made; gives the function that ends it, called when the runtime has closed. */
  attach(runtime: WatchedRuntime): () => void
}
