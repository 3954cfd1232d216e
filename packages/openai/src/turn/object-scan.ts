const quote = 0x22
const backslash = 0x5c

/**
 * Follows a JSON text piece by piece and knows when its outermost object has closed: nothing but white space can
 * rightly come after that. Looks at each character once, and does not check the text in any other way.
 */
export class ObjectScan {
  #depth = 0
  #isInText = false
  #isEscaped = false
  #hasClosed = false

  /** The outermost object has closed. */
  get isWhole(): boolean {
    return this.#hasClosed
  }

  push(piece: string): void {
    for (let at = 0; at < piece.length && !this.#hasClosed; at += 1) this.#take(piece.charCodeAt(at))
  }

  #take(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (this.#isInText) this.#takeInText(code)
    else if (code === quote) this.#isInText = true
    else if (code === 0x7b || code === 0x5b) this.#depth += 1
    else if (code === 0x7d || code === 0x5d) {
      this.#depth -= 1
      this.#hasClosed = this.#depth === 0
    }
  }

  #takeInText(code: number): void {
    if (code === backslash) this.#isEscaped = true
    else if (code === quote) this.#isInText = false
  }
}
