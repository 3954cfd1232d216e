import { CancelReason } from '@headrace/core'

/** A call that has started before its message ended, and that nobody has asked for yet. */
export interface UnclaimedCall {
  drop(reason: CancelReason): void
}

/** A message that a model writes, in one step of a run. */
export class MessageInFlight {
  #isOpen = true
  #hasEnded = false
  readonly #unclaimed = new Set<UnclaimedCall>()

  /** More of it may come. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Its step is over. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  add(call: UnclaimedCall): void {
    this.#unclaimed.add(call)
  }

  delete(call: UnclaimedCall): void {
    this.#unclaimed.delete(call)
  }

  /** It is complete: what it calls is asked for now. */
  close(): void {
    this.#isOpen = false
  }

  /** Its step is over, well or not: what was not asked for is not wanted. */
  end(): void {
    this.#isOpen = false
    this.#hasEnded = true
    if (this.#unclaimed.size === 0) return
    const reason = new CancelReason('cancelled', "The model's message did not end well: its call is not asked for.")
    for (const call of this.#unclaimed) call.drop(reason)
    this.#unclaimed.clear()
  }
}
