/** A call as a model wrote it: nothing about it is known before validation. */
export interface ToolCall {
  /** The provider's id; one is made where it is missing. Need not be unique. */
  readonly callId?: string | undefined
  readonly tool: string
  /**
   * An object, or JSON text. `''`, null and undefined mean no arguments. An object is not copied: whoever changes it
   * before the call has ended changes what a call that waits runs with, and what is kept of it for its old arguments.
   */
  readonly arguments: unknown
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** A call whose arguments are bound and validated: what functions in a policy are given. */
export interface BoundCall {
  readonly callId: string
  readonly tool: string
  readonly arguments: unknown
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
}
