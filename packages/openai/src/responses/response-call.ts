import { type IdentifiedCall, makeCallId } from '@headrace/bridge'
import { type JsonRecord, textOf } from '../turn/json-record.ts'

/** Where a call stands: `cut` says that the provider itself calls it incomplete. */
export type CallState = 'open' | 'done' | 'cut'

/** One function call among the items of a response, put together from its events. */
export class ResponseCall {
  readonly index: number | undefined
  itemId: string
  state: CallState = 'open'
  #callId = ''
  #name = ''
  #text = ''

  constructor(index: number | undefined, itemId: string) {
    this.index = index
    this.itemId = itemId
  }

  get callId(): string {
    return this.#callId
  }

  get hasName(): boolean {
    return this.#name !== ''
  }

  /** The item has been shown, so name and id are what the provider has of them. */
  get isShown(): boolean {
    return this.#name !== '' && this.#callId !== ''
  }

  addText(piece: string): void {
    this.#text += piece
  }

  /** The arguments as a whole; an event that leaves them out leaves those that have come in pieces. */
  setText(whole: string): void {
    if (whole !== '') this.#text = whole
  }

  /** Its arguments have been said to be complete; some providers send them with the item only. */
  close(): void {
    if (this.isShown && this.#text !== '') this.state = 'done'
  }

  /** Takes what an item says of the call, at its beginning or its end. */
  show({ id, call_id: callId, name }: JsonRecord): void {
    this.itemId ||= textOf(id)
    this.#callId = textOf(callId) || this.#callId
    this.#name = textOf(name) || this.#name
  }

  toCall(): IdentifiedCall {
    this.#callId ||= this.itemId || makeCallId()
    return { callId: this.#callId, tool: this.#name, arguments: this.#text }
  }
}
