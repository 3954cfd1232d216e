import { CancelReason } from '@headrace/core'

/** A call that has started before its message ended, and that nobody has asked for yet. */
export interface UnclaimedCall {
  drop(reason: CancelReason): void
}

/** Where a run stands while some of its calls run that nobody has asked for yet, by the id that the SDK gives to the run. */
export type OpenRuns = Map<string, MessageRun>

/** One run of a model whose messages are read by the SDK, step after step. */
export class MessageRun {
  /** The SDK reads its messages as streams: calls of a message are known before it ends. */
  readonly isStream: boolean
  readonly #id: string
  readonly #open: OpenRuns
  readonly #unclaimed = new Set<UnclaimedCall>()

  constructor(id: string, { isStream, open }: { readonly isStream: boolean; readonly open: OpenRuns }) {
    this.isStream = isStream
    this.#id = id
    this.#open = open
  }

  add(call: UnclaimedCall): void {
    this.#unclaimed.add(call)
    this.#open.set(this.#id, this)
  }

  delete(call: UnclaimedCall): void {
    this.#unclaimed.delete(call)
    if (this.#unclaimed.size === 0) this.#open.delete(this.#id)
  }

  /** A step has ended, and all calls that the SDK wanted of it: what is left of it is not wanted. */
  endStep(): void {
    if (this.#unclaimed.size === 0) return
    const reason = new CancelReason('cancelled', "The model's message did not end well: its call is not asked for.")
    for (const call of this.#unclaimed) {
      this.delete(call)
      call.drop(reason)
    }
  }
}
