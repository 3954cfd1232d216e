import { type IdentifiedCall, makeCallId } from '@headrace/bridge'
import { ObjectScan } from '../turn/object-scan.ts'
import type { CallFragment } from './call-fragment.ts'

/** One call of a message, put together from its fragments. */
export class ChatCall {
  readonly index: number | undefined
  #id = ''
  #name = ''
  #text = ''
  #scan = new ObjectScan()
  #hasOverrun = false

  constructor(index: number | undefined) {
    this.index = index
  }

  get id(): string {
    return this.#id
  }

  /** The arguments are an object that has closed: no more of them can come. */
  get isWhole(): boolean {
    return this.#scan.isWhole
  }

  /** Nothing says that arguments are still to come. */
  get isWholeOrEmpty(): boolean {
    return this.isWhole || this.#text.trim() === ''
  }

  /** More came after the arguments had closed. */
  get hasOverrun(): boolean {
    return this.#hasOverrun
  }

  /** Whether a fragment that is addressed to this call begins another one: some providers give every call index 0. */
  isFollowedBy({ index, id, name, arguments: given, isFollower }: CallFragment): boolean {
    if (name === '' || (id !== '' && id === this.#id)) return false
    if (index === undefined && isFollower) return true
    const isInside = this.#text !== '' && !this.isWhole
    if (id !== '' && this.#id !== '') return !isInside || name !== this.#name
    return this.isWhole && given !== ''
  }

  add({ id, name, arguments: given }: CallFragment): void {
    if (this.#id === '') this.#id = id
    this.#addName(name)
    if (typeof given !== 'string') this.#replace(JSON.stringify(given))
    else if (given !== '') this.#addText(given)
  }

  toCall(): IdentifiedCall {
    if (this.#id === '') this.#id = makeCallId()
    return { callId: this.#id, tool: this.#name, arguments: this.#text }
  }

  /** A name may come in pieces, again as a whole in each fragment, or longer each time. */
  #addName(piece: string): void {
    if (piece === '' || piece === this.#name || this.#text !== '') return
    this.#name = piece.startsWith(this.#name) ? piece : this.#name + piece
  }

  #addText(piece: string): void {
    if (this.isWhole) {
      if (piece.trim() === '' || piece === this.#text) return
      if (this.#text.trim() === '{}' && piece.trimStart().startsWith('{')) return this.#replace(piece)
      this.#hasOverrun = true
    }
    this.#text += piece
    this.#scan.push(piece)
  }

  #replace(text: string): void {
    if (text === this.#text) return
    this.#hasOverrun ||= this.isWhole && this.#text.trim() !== '{}'
    this.#text = text
    this.#scan = new ObjectScan()
    this.#scan.push(text)
  }
}
