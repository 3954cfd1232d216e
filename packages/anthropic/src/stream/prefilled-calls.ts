import type { IdentifiedCall } from '@headrace/bridge'
import { recordOf } from './record-of.ts'
import { callOfBlock } from './tool-use.ts'

/**
 * The calls that a message brings with its start. They count, unless the message that was read is the SDK's own growing
 * copy of it, in which blocks stand that the stream tells of later: those are the stream's.
 */
export class PrefilledCalls {
  readonly #blocks: readonly unknown[]
  #calls: readonly IdentifiedCall[]

  constructor(message?: unknown) {
    const { content } = recordOf(message)
    this.#blocks = Array.isArray(content) ? [...content] : [] // the SDK's own copy of the message grows on
    this.#calls = this.#blocks.flatMap((block) => callOfBlock(block) ?? [])
  }

  /** A block begins: gives the calls that it shows to be the message's own. */
  begin(index: unknown, block: unknown): readonly IdentifiedCall[] {
    if (this.#calls.length === 0) return []
    const before = recordOf(typeof index === 'number' ? this.#blocks[index] : undefined)
    const { type, id } = recordOf(block)
    if (before.type !== type || before.id !== id) return this.takeAll()
    this.#calls = this.#calls.filter(({ callId }) => callId !== id)
    return []
  }

  takeAll(): readonly IdentifiedCall[] {
    const calls = this.#calls
    this.#calls = []
    return calls
  }
}
