import type { RedisReply } from './redis-client.ts'
import type { Pending } from './time-limit.ts'
import { toReply } from './to-reply.ts'

/** What a call fails with that is waited for no longer. */
export const late: unique symbol = Symbol('late')

/** A call that is answered, fails or is given up: once. */
export class PendingCall implements Pending {
  #resolve: ((reply: RedisReply) => void) | undefined
  #reject: ((error: unknown) => void) | undefined

  constructor(resolve: (reply: RedisReply) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Nobody waits for it: what was not sent yet is not to be sent, since whoever gave it up may have undone it. */
  get isOver(): boolean {
    return this.#reject === undefined
  }

  answered(reply: unknown): void {
    this.#resolve?.(toReply(reply))
    this.#resolve = this.#reject = undefined
  }

  failed(error: unknown): void {
    this.#reject?.(error)
    this.#resolve = this.#reject = undefined
  }

  giveUp(): void {
    this.failed(late)
  }
}
