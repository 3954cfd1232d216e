import { type IdentifiedCall, makeCallId, type TurnEvent } from '@headrace/bridge'
import type { FinishVerdict } from './finish-reason.ts'
import { isObjectText } from './json-record.ts'

/** A piece of a call as LangChain gives it. */
export interface CallPiece {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly args: string
  readonly index: unknown
}

/** A call that LangChain gives whole. */
export interface WholeCall {
  readonly id: string | undefined
  readonly name: string
  /** An object, or the text that is no JSON. */
  readonly args: unknown
}

interface OpenCall {
  readonly index: unknown
  id: string | undefined
  name: string | undefined
  text: string
  /** Given whole, or closed by the stream; what it was given with goes before the text. */
  whole: { readonly args: unknown } | undefined
  isTold: boolean
}

/** Assembles the calls of one message, and tells them in the order in which they began. */
export class MessageCalls {
  readonly #calls: OpenCall[] = []

  get isEmpty(): boolean {
    return this.#calls.length === 0
  }

  /** Takes a piece; where it opens a call, those before it that are whole are told. */
  addPiece(piece: CallPiece): readonly TurnEvent[] {
    const known = this.#find(piece)
    const call = known ?? this.#open(piece)
    call.id ??= piece.id
    call.name ??= piece.name
    call.text += piece.args
    return known === undefined ? this.#tell(call) : []
  }

  /** Takes a call that is whole; a second time it changes nothing. */
  addWhole({ id, name, args }: WholeCall): readonly TurnEvent[] {
    const known = id === undefined ? undefined : this.#calls.find((call) => call.id === id)
    const call = known ?? this.#open({ id, name, index: undefined })
    call.name ??= name
    call.whole ??= { args }
    return this.#tell()
  }

  /** Adds to the arguments of a call that has begun. */
  addText(piece: CallPiece): void {
    const call = this.#find(piece)
    if (call !== undefined) call.text += piece.args
  }

  /** Puts another text in the place of what has arrived. */
  replaceText(piece: CallPiece): void {
    const call = this.#find(piece)
    if (call !== undefined) call.text = piece.args
  }

  /** The stream says that a call is complete. Its text is, unless it breaks off. */
  close(piece: CallPiece, args: unknown): readonly TurnEvent[] {
    const call = this.#find(piece) ?? this.#open(piece)
    call.id ??= piece.id
    call.name ??= piece.name
    const isCut = call.text.trim() !== '' && !isObjectText(call.text)
    if (!isCut) call.whole ??= { args: call.text.trim() === '' ? args : call.text }
    return this.#tell()
  }

  /** The message has ended: all that was not told is, as complete or as cut off. */
  finish(reason: string | undefined, verdict: FinishVerdict): readonly TurnEvent[] {
    const rest = this.#calls.filter(({ isTold }) => !isTold)
    const isComplete = (call: OpenCall): boolean =>
      verdict === 'safe' ? call.name !== undefined : verdict === 'unknown' && isWhole(call)
    const events = rest.flatMap((call) => eventOf(call, isComplete(call)))
    const isUnsafe = verdict === 'unsafe' || rest.some((call) => !isComplete(call))
    this.#calls.length = 0
    return [...events, { type: 'finish', reason, safe: !isUnsafe }]
  }

  /** Nothing more comes: what was not told is cut off. */
  cutOff(): readonly TurnEvent[] {
    const rest = this.#calls.filter(({ isTold }) => !isTold)
    this.#calls.length = 0
    return rest.flatMap((call) => eventOf(call, false))
  }

  #open({ id, name, index }: Omit<CallPiece, 'args'>): OpenCall {
    const call: OpenCall = { index, id, name, text: '', whole: undefined, isTold: false }
    this.#calls.push(call)
    return call
  }

  /** By id and index, where a piece has them: an index with another id is another call, as LangChain merges them. */
  #find({ id, name, index }: Omit<CallPiece, 'args'>): OpenCall | undefined {
    if (index !== undefined) {
      const call = this.#calls.findLast((each) => each.index === index)
      return id === undefined || call?.id === undefined || call.id === id ? call : undefined
    }
    if (id !== undefined) return this.#calls.find((call) => call.id === id)
    return name === undefined ? this.#calls.at(-1) : undefined
  }

  /** Tells the first ones, as far as they are whole; `opened` has only begun. */
  #tell(opened?: OpenCall): readonly TurnEvent[] {
    const events: TurnEvent[] = []
    for (const call of this.#calls) {
      if (call.isTold) continue
      if (call === opened || !isWhole(call)) break
      events.push(...eventOf(call, true))
    }
    return events
  }
}

function isWhole({ name, whole, text }: OpenCall): boolean {
  return name !== undefined && (whole !== undefined || isObjectText(text))
}

function eventOf(call: OpenCall, isComplete: boolean): readonly TurnEvent[] {
  const { id, name, whole, text } = call
  call.isTold = true
  if (name === undefined && !isComplete && text === '') return []
  call.id = id ?? makeCallId()
  const told: IdentifiedCall = { callId: call.id, tool: name ?? '', arguments: whole ? whole.args : text }
  return [{ type: isComplete ? 'call' : 'incomplete-call', call: told }]
}
