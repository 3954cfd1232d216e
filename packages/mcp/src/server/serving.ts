import type { Runtime } from '@headrace/core'
import type { ServerSdk } from './load-sdk.ts'
import type { RunningCalls } from './running-calls.ts'
import type { ServingSettings } from './serving-options.ts'
import type { InputKeys } from './tasks/input-requests.ts'

/** A runtime that is served: what all its connections share. */
export interface Serving {
  readonly sdk: ServerSdk
  readonly runtime: Runtime
  readonly settings: ServingSettings
  readonly calls: RunningCalls
  readonly inputKeys: InputKeys
}

/** Over what a client is served. */
export interface Connection {
  /** `modern` is revision 2026-07-28 and later: the one that has tasks. */
  readonly era: 'legacy' | 'modern'
  readonly session: string | undefined
  /** Clients can be told that the tools have changed. */
  readonly tellsChanges: boolean
  /** Aborted when whoever sent an HTTP request has gone, where the SDK does not find out by itself. */
  readonly goneOf?: ((request: Request) => AbortSignal | undefined) | undefined
}
