import type { CallOptions, Runtime, Scope } from '@headrace/core'
import type { Dialogue } from '../agent/dialogue.ts'

/** What a route has for one question. */
export interface RouteOptions {
  readonly dialogue: Dialogue
  readonly runtime: Runtime
  /** Of the question: its calls end with it. */
  readonly scope: Scope
  /** The same bounds for calls that do not start in the scope. */
  readonly call: CallOptions & { readonly signal: AbortSignal }
}

/**
 * The way that calls take from the model to the runtime and back: asks the dialogue, runs what it asks for and tells it the
 * results, until there is an answer.
 */
export interface Route {
  /** What people are told of it. */
  readonly name: string
  run(options: RouteOptions): Promise<void>
}
