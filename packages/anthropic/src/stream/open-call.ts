import type { IdentifiedCall } from '@headrace/bridge'

/** A call whose block is being streamed. */
export class OpenCall {
  readonly #call: IdentifiedCall
  readonly #pieces: string[] = []

  constructor(call: IdentifiedCall) {
    this.#call = call
  }

  append(piece: unknown): void {
    if (typeof piece === 'string' && piece !== '') this.#pieces.push(piece)
  }

  /** The call with what has come of its arguments: their text, or the input that its block began with. */
  get call(): IdentifiedCall {
    return this.#pieces.length === 0 ? this.#call : { ...this.#call, arguments: this.#pieces.join('') }
  }
}

/**
 * Whether arguments cannot be the beginning of longer ones. Where a message is cut off, its last block is ended all the
 * same; the text of an object that was cut is no JSON, and one that is empty may not have begun.
 */
export function isWhole({ arguments: given }: IdentifiedCall): boolean {
  if (typeof given !== 'string') return Object.keys(given as object).length > 0
  try {
    JSON.parse(given)
    return given.trimStart().startsWith('{')
  } catch {
    return false
  }
}
