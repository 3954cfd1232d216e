import type { TurnEvent, TurnReader } from '@headrace/bridge'
import { isRecord, type JsonRecord, recordsOf } from '../turn/json-record.ts'
import { streamDone } from '../turn/stream-done.ts'
import { failureOf } from '../turn/stream-failure.ts'
import { type CallFragment, callFragments } from './call-fragment.ts'
import { ChatCall } from './chat-call.ts'

/**
 * Why a message may end with its calls as the model meant them, in the words of the providers that speak this dialect.
 * Any other word (`length`, `content_filter`, `error`, …) says that it was cut short.
 */
const goodEnds = new Set([
  ...['stop', 'tool_calls', 'tool_call', 'tool_use', 'function_call', 'end_turn'],
  ...['eos', 'eos_token', 'stop_token', 'stop_sequence'],
])

/**
 * Reads the chunks of chat completions, OpenAI's and those of providers that speak the dialect. Of several choices the
 * first is read: the others are alternatives to it.
 */
export function createChatReader(): TurnReader<unknown> {
  return new ChatReader()
}

class ChatReader implements TurnReader<unknown> {
  #calls: ChatCall[] = []
  #toldCount = 0
  /** The stream has said that it is over, though not why. */
  #isClosing = false
  #hasNull = false

  read(event: unknown): readonly TurnEvent[] {
    if (event === streamDone) this.#isClosing = true
    if (!isRecord(event)) return []
    const failure = failureOf(event)
    if (failure) return this.#finish(failure.code, false)
    const choices = recordsOf(event.choices)
    // The last chunk of all has the usage and no choice.
    if (choices.length === 0 && isRecord(event.usage)) this.#isClosing = true
    return choices.filter(isFirstChoice).flatMap((choice) => this.#readChoice(choice))
  }

  end(): readonly TurnEvent[] {
    if (this.#calls.length === 0) return []
    if (this.#isClosing && this.#calls.every((call) => call.isWholeOrEmpty)) return this.#finish(undefined, true)
    return this.#tellRest('incomplete-call')
  }

  #readChoice(choice: JsonRecord): readonly TurnEvent[] {
    const { delta, message, finish_reason: reason } = choice
    const said = isRecord(delta) ? delta : isRecord(message) ? message : {}
    const fragments = callFragments(said)
    for (const fragment of fragments) this.#add(fragment)
    const told = this.#tellWhole()
    if (typeof reason === 'string' && reason !== '') {
      return [...told, ...this.#finish(reason, goodEnds.has(reason.toLowerCase()))]
    }
    this.#hasNull ||= reason !== ''
    // Some providers write '' for null in every chunk, others as the reason at the end.
    this.#isClosing = fragments.length === 0 && (this.#isClosing || (reason === '' && (this.#hasNull || isEmpty(said))))
    return told
  }

  #add(fragment: CallFragment): void {
    const { index, id, name, arguments: given } = fragment
    const known = this.#find(fragment)
    if (known && !known.isFollowedBy(fragment)) return known.add(fragment)
    if (id === '' && name === '' && given === '') return
    const call = new ChatCall(index)
    call.add(fragment)
    this.#calls.push(call)
  }

  #find({ index, id, name }: CallFragment): ChatCall | undefined {
    const sameId = id === '' ? undefined : this.#calls.findLast((call) => call.id === id)
    if (index === undefined) return sameId ?? this.#calls.at(-1)
    return this.#calls.findLast((call) => call.index === index) ?? (name === '' ? sameId : undefined)
  }

  /** Whole calls that another one follows; in order, so an open one holds those after it. */
  #tellWhole(): readonly TurnEvent[] {
    const told: TurnEvent[] = []
    for (; this.#toldCount < this.#calls.length - 1; this.#toldCount += 1) {
      const call = this.#calls[this.#toldCount]
      if (!call?.isWhole) break
      told.push({ type: 'call', call: call.toCall() })
    }
    return told
  }

  #tellRest(type: 'call' | 'incomplete-call'): readonly TurnEvent[] {
    const rest = this.#calls.slice(this.#toldCount).map((call) => ({ type, call: call.toCall() }))
    this.#calls = []
    this.#toldCount = 0
    this.#isClosing = false
    return rest
  }

  #finish(reason: string | undefined, endsWell: boolean): readonly TurnEvent[] {
    const hasOverrun = this.#calls.slice(0, this.#toldCount).some((call) => call.hasOverrun)
    const rest = this.#tellRest(endsWell ? 'call' : 'incomplete-call')
    return [...rest, { type: 'finish', reason, safe: endsWell && !hasOverrun }]
  }
}

function isFirstChoice({ index }: JsonRecord): boolean {
  return typeof index !== 'number' || index === 0
}

/** A delta that says nothing but, at most, whose it is. */
function isEmpty(delta: JsonRecord): boolean {
  return Object.entries(delta).every(([key, value]) => key === 'role' || value === null || value === '')
}
