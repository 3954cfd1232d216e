import type { ToolCall } from '@headrace/core'

/** A call of which the id is known: the provider's, or one that the reader made. */
export interface IdentifiedCall extends ToolCall {
  readonly callId: string
}

/** What a model's stream says of its tool calls, in the order in which it is known. */
export type TurnEvent = CallComplete | CallIncomplete | MessageFinish

/** The arguments of a call are complete: it can be dispatched. */
export interface CallComplete {
  readonly type: 'call'
  readonly call: IdentifiedCall
}

/** The stream began a call and ended before its arguments were complete: it must not be run. */
export interface CallIncomplete {
  readonly type: 'incomplete-call'
  /** Its arguments are what had arrived. */
  readonly call: IdentifiedCall
}

/** A message has ended. A stream may bring several. */
export interface MessageFinish {
  readonly type: 'finish'
  /** The provider's word for why; undefined where it gave none. */
  readonly reason: string | undefined
  /** Whether the message says what the model meant to say: false where it was cut, filtered or has failed. */
  readonly safe: boolean
}
