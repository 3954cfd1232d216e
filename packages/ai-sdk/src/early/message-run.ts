import { CancelReason } from '@headrace/core'

/** A call that has started before its message ended, and that nobody has asked for yet. */
export interface UnclaimedCall {
  drop(reason: CancelReason): void
}

/** One run of a model whose messages are read by the SDK, step after step. */
export class MessageRun {
  /** The SDK reads its messages as streams: calls of a message are known before it ends. */
  readonly isStream: boolean
  readonly #unclaimed = new Set<UnclaimedCall>()

  constructor(isStream: boolean) {
    this.isStream = isStream
  }

  add(call: UnclaimedCall): void {
    this.#unclaimed.add(call)
  }

  delete(call: UnclaimedCall): void {
    this.#unclaimed.delete(call)
  }

  /** A step has ended, and all calls that the SDK wanted of it: what is left of it is not wanted. */
  endStep(): void {
    if (this.#unclaimed.size === 0) return
    const reason = new CancelReason('cancelled', "The model's message did not end well: its call is not asked for.")
    for (const call of this.#unclaimed) call.drop(reason)
    this.#unclaimed.clear()
  }
}
