import { makeCallId, type TurnEvent } from '@headrace/bridge'
import { isRecord, textOf } from './json-fields.ts'
import { StreamedArguments } from './streamed-arguments.ts'

/** A call of which the stream has given at least the name. */
interface BegunCall {
  /** The provider's id. */
  readonly id: string | undefined
  readonly name: string
  readonly args: StreamedArguments
  isOpen: boolean
}

/**
 * The calls that a message has begun and that have not been told yet. A call may come in one part, or in several of which
 * all but the last say `willContinue`. Calls are told in the order in which they began, since calls without ids are answered
 * by their order.
 */
export class BegunCalls {
  #calls: BegunCall[] = []
  #current: BegunCall | undefined = undefined

  /** Whether a call is there of which more was announced. */
  get hasOpen(): boolean {
    return this.#calls.some(({ isOpen }) => isOpen)
  }

  /** Takes a `functionCall` of the stream. */
  take(part: unknown): readonly TurnEvent[] {
    if (!isRecord(part)) return []
    const call = this.#find(part) ?? this.#begin(part)
    if (call === undefined) return []
    this.#current = call
    call.args.take(part.args, part.partialArgs)
    call.isOpen = part.willContinue === true
    return this.#tellClosed()
  }

  /** The message has ended; where it ended well, it closes what is open but for a value that has been cut off. */
  end(isSafe: boolean): readonly TurnEvent[] {
    const calls = this.#calls
    this.#calls = []
    this.#current = undefined
    return calls.map((call) => told(call, !call.isOpen || (isSafe && !call.args.isInsideValue)))
  }

  #find(part: Record<string, unknown>): BegunCall | undefined {
    const id = textOf(part.id)
    const name = textOf(part.name)
    const open = this.#calls.filter(({ isOpen }) => isOpen)
    if (id !== undefined) return open.find((call) => call.id === id)
    if (name === undefined) return this.#current?.isOpen ? this.#current : open.at(-1)
    const isPiece = 'partialArgs' in part || 'willContinue' in part
    return isPiece ? open.findLast((call) => call.name === name) : undefined
  }

  #begin(part: Record<string, unknown>): BegunCall | undefined {
    const name = textOf(part.name)
    if (name === undefined) return undefined
    const call = { id: textOf(part.id), name, args: new StreamedArguments(), isOpen: true }
    this.#calls.push(call)
    return call
  }

  #tellClosed(): readonly TurnEvent[] {
    const firstOpen = this.#calls.findIndex(({ isOpen }) => isOpen)
    const closed = this.#calls.splice(0, firstOpen === -1 ? this.#calls.length : firstOpen)
    return closed.map((call) => told(call, true))
  }
}

function told({ id, name, args }: BegunCall, isComplete: boolean): TurnEvent {
  const call = { callId: id ?? makeCallId(), tool: name, arguments: args.value }
  return { type: isComplete ? 'call' : 'incomplete-call', call }
}
