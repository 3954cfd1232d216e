import type { IdentifiedCall, TurnEvent, TurnReader } from '@headrace/bridge'
import { isWhole, OpenCall } from './open-call.ts'
import { PrefilledCalls } from './prefilled-calls.ts'
import { recordOf, textOf } from './record-of.ts'
import { isSafeStop } from './stop-reason.ts'
import { callOfBlock } from './tool-use.ts'

/** Makes a reader of the Messages API's stream events. */
export function createAnthropicReader(): TurnReader<unknown> {
  return new AnthropicReader()
}

class AnthropicReader implements TurnReader<unknown> {
  #prefilled = new PrefilledCalls()
  /** Blocks without an end, by index. */
  readonly #open = new Map<unknown, OpenCall>()
  /** Calls whose block has ended, though perhaps because the message is cut off: what comes next tells. */
  #doubtful: readonly IdentifiedCall[] = []
  #reason: string | undefined = undefined
  #isInMessage = false
  #hasCalls = false

  read(event: unknown): readonly TurnEvent[] {
    const { type, index, content_block, delta, message, error } = recordOf(event)
    switch (type) {
      case 'message_start':
        return this.#startMessage(message)
      case 'content_block_start':
        return this.#startBlock(index, content_block)
      case 'content_block_delta':
        if (recordOf(delta).type === 'input_json_delta') this.#open.get(index)?.append(recordOf(delta).partial_json)
        return []
      case 'content_block_stop':
        return this.#stopBlock(index)
      case 'message_delta':
        this.#reason = textOf(recordOf(delta).stop_reason) ?? this.#reason
        return []
      case 'message_stop':
        return this.#isInMessage ? this.#finish(this.#reason, isSafeStop(this.#reason)) : []
      case 'error':
        return this.#finish(textOf(recordOf(error).type) ?? 'error', false, false)
      default:
        return []
    }
  }

  end(): readonly TurnEvent[] {
    if (!this.#isInMessage) return []
    return this.#reason === undefined ? this.#rest(() => false) : this.#endWithoutStop()
  }

  /** The reason comes last but for the stop itself: with one, all is told. */
  #endWithoutStop(): readonly TurnEvent[] {
    const isTold = this.#reason !== undefined
    return this.#finish(this.#reason, isTold && isSafeStop(this.#reason), isTold)
  }

  #startMessage(message: unknown): readonly TurnEvent[] {
    const before = this.#isInMessage ? this.#endWithoutStop() : []
    this.#isInMessage = true
    this.#prefilled = new PrefilledCalls(message)
    return before
  }

  #startBlock(index: unknown, block: unknown): readonly TurnEvent[] {
    this.#isInMessage = true
    const isFallback = recordOf(block).type === 'fallback'
    const events = this.#given(this.#prefilled.begin(index, block))
    if (isFallback) return [...events, ...this.#decline()]
    events.push(...this.#given(this.#takeDoubtful()), ...incomplete(this.#takeOpen(index)))
    const call = callOfBlock(block)
    if (call) this.#open.set(index, new OpenCall(call))
    return events
  }

  /** Another model goes on from here, because the one before declined: what that one called is not to be run. */
  #decline(): readonly TurnEvent[] {
    const rest = this.#rest(() => false)
    if (!this.#hasCalls) return rest
    this.#hasCalls = false
    return [...rest, { type: 'finish', reason: 'fallback', safe: false }]
  }

  #stopBlock(index: unknown): readonly TurnEvent[] {
    const [call] = this.#takeOpen(index)
    if (call === undefined) return []
    if (isWhole(call)) return this.#given([call])
    this.#doubtful = [...this.#doubtful, call]
    return []
  }

  #finish(reason: string | undefined, safe: boolean, isStopped = true): TurnEvent[] {
    const rest = this.#rest(isStopped ? (call) => safe || hasText(call) : () => false)
    this.#isInMessage = false
    this.#hasCalls = false
    this.#reason = undefined
    return [...rest, { type: 'finish', reason, safe }]
  }

  /** What nothing more will be told of. */
  #rest(isComplete: (call: IdentifiedCall) => boolean): TurnEvent[] {
    const events = this.#given(this.#prefilled.takeAll())
    const doubtful = this.#takeDoubtful()
    for (const call of doubtful) events.push(...(isComplete(call) ? this.#given([call]) : incomplete([call])))
    for (const index of [...this.#open.keys()]) events.push(...incomplete(this.#takeOpen(index)))
    this.#hasCalls ||= events.length > 0
    return events
  }

  #given(calls: readonly IdentifiedCall[]): TurnEvent[] {
    this.#hasCalls ||= calls.length > 0
    return calls.map((call) => ({ type: 'call', call }))
  }

  #takeDoubtful(): readonly IdentifiedCall[] {
    const calls = this.#doubtful
    this.#doubtful = []
    return calls
  }

  #takeOpen(index: unknown): readonly IdentifiedCall[] {
    const open = this.#open.get(index)
    this.#open.delete(index)
    return open ? [open.call] : []
  }
}

/** Cut or not, a text that is no JSON runs nothing; arguments that are missing altogether could be taken for none. */
function hasText({ arguments: given }: IdentifiedCall): boolean {
  return typeof given === 'string'
}

function incomplete(calls: readonly IdentifiedCall[]): TurnEvent[] {
  return calls.map((call) => ({ type: 'incomplete-call', call }))
}
