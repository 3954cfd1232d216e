import { isAscii, normalizeText } from './normalize-text.ts'
import { splitWord } from './split-word.ts'
import type { Token, Tokens } from './token.ts'

/** Something in quotes, or what stands between spaces. */
const pieces = /(?<![^\s([{])(?:"([^"]*)"|'([^']*)'|`([^`]+)`)(?=$|[\s.,;:!?)\]}])|\S+/g
const simple = /^[a-z]+$/
const meaning = /[\p{L}\p{N}]/u
const digit = /\p{N}/u
const operator = /[()[\]{}<>=+*/\\|^~]/
const punctuation = /^[-.,;:!?'"·•。、؟،؛।]+$/
const stops = '.,;:?。、؟،؛।'
const opening = '("\'¿¡'
const closing = `)"'!${stops}`
const words = /^\p{L}[\p{L}\p{M}',;!?。、؟،؛।-]*$/u
const between = /[,;!?。、؟،؛।-]+/
/** `word`, `Word`, `WORD` and every word of a script without cases; anything else (`userId`) may be code. */
const plainCase = /^(?:\p{Lu}?[^\p{Lu}]*|[\p{Lu}\p{M}']+)$/u
const pluralOfCapitals = /^\p{Lu}{2,}s$/u
/** In capitals these are names among words in lower case. */
const homonyms = new Set('WHO US IT ME IN OR'.split(' '))

/**
 * Reads the words of a text, and whatever in it counts exactly. Linear in the length of the text, whatever the text and
 * its script.
 */
export function readTokens(text: string): Tokens {
  const plain = normalizeText(text)
  const reader = new Reader(/\p{Ll}/u.test(plain))
  if (/["'`]/.test(plain)) readQuotes(plain, reader)
  else for (const piece of plain.split(/\s+/)) reader.piece(piece)
  return { list: reader.list, isFormula: reader.isFormula(), isAscii: isAscii(plain) }
}

function readQuotes(plain: string, reader: Reader): void {
  for (const match of plain.matchAll(pieces)) {
    const code = match[3]
    const quoted = match[1] ?? match[2]
    if (code !== undefined) reader.exact(/\s/.test(code) ? match[0] : code)
    else if (quoted !== undefined) reader.quote(quoted)
    else reader.piece(match[0])
  }
}

class Reader {
  readonly list: Token[] = []
  readonly #isMixed: boolean
  #isFirst = true
  #hasDash = false
  #hasOperator = false
  #hasBracket = false
  #hasComma = false

  constructor(isMixed: boolean) {
    this.#isMixed = isMixed
  }

  isFormula(): boolean {
    const has = (word: string): boolean => this.list.some((token) => token.word === word)
    if (this.#hasOperator || (this.list[0]?.word === 'select' && has('from'))) return true
    if (this.#hasBracket) return has('and') || has('or') || has('not')
    return this.#hasComma && has('and') && has('or')
  }

  exact(text: string): void {
    this.#push(text, text, 'exact')
  }

  /** A phrase is kept as it is, one plain word in lower case. */
  quote(text: string): void {
    if (simple.test(text)) this.#push(text, text, 'quoted')
    else if (words.test(text) && !between.test(text) && plainCase.test(text) && text !== text.toUpperCase()) {
      this.#push(text, text.toLowerCase(), 'quoted')
    } else this.exact(`"${text}"`)
  }

  piece(piece: string): void {
    if (simple.test(piece) && piece !== 'cannot') return this.#push(piece, piece, 'word')
    if (piece === '') return
    if (!meaning.test(piece)) return this.#symbols(piece)
    const isNumber = digit.test(piece)
    if (this.#hasDash && isNumber) this.exact('-')
    if (isNumber || !this.#words(piece)) this.exact(strip(piece, isNumber))
    this.#end(piece)
  }

  #words(piece: string): boolean {
    let from = 0
    let to = piece.length
    while (opening.includes(piece.charAt(from))) from += 1
    while (closing.includes(piece.charAt(to - 1))) to -= 1
    const inner = piece.slice(from, to)
    if (!words.test(inner) || inner.endsWith('-')) return false
    this.#hasBracket ||= from > 0 || piece.includes(')', to)
    const parts = inner.split(between)
    for (const part of parts) if (/[^']/.test(part)) this.#word(part, parts.length > 1)
    return true
  }

  /** An article in a compound is a part of its name: `server-a`. */
  #word(part: string, isCompound: boolean): void {
    const isUnit = (): boolean => part.length < 4 && digit.test(this.list.at(-1)?.text ?? '') && !/^[ap]m$/i.test(part)
    const isCapital = /\p{Lu}/u.test(part)
    if (isCapital && this.#isMixed && (homonyms.has(part) || isUnit())) this.exact(part)
    else if (isCompound && /^(?:an?|the)$/i.test(part)) this.#push(part, part.toLowerCase(), 'quoted')
    else if (plainCase.test(part)) for (const word of splitWord(part)) this.#push(part, word, 'word')
    else if (pluralOfCapitals.test(part)) this.#push(part, part.slice(0, -1).toLowerCase(), 'word')
    else this.exact(part)
  }

  /** A dash counts beside a number or a letter only: there it may be a minus. */
  #symbols(piece: string): void {
    if (!punctuation.test(piece)) {
      this.#hasOperator ||= operator.test(piece)
      this.exact(piece)
    } else if (/^-+$/.test(piece) && /\p{N}|^\p{L}$/u.test(this.list.at(-1)?.text ?? '')) this.exact(piece)
    else this.#hasDash = piece.startsWith('-')
    this.#end(piece)
  }

  #end(piece: string): void {
    const last = piece.charAt(piece.length - 1)
    const before = this.list.at(-1)
    if (!closing.includes(last) || before === undefined) return
    before.isLast = true
    this.#hasComma ||= last === ',' || last === ';'
    // A full stop behind a short word is most often that of an abbreviation.
    this.#isFirst = /[!?:。؟।]/.test(last) || (last === '.' && before.text.length > 3)
  }

  #push(text: string, word: string, kind: Token['kind']): void {
    this.list.push({ text, word, kind, isFirst: this.#isFirst, isLast: false })
    this.#isFirst = false
    this.#hasDash = false
  }
}

/** Without closing punctuation; quotes go in pairs, brackets and, behind a digit, signs like `5"` and `5!` stay. */
function strip(piece: string, isNumber: boolean): string {
  const quote = /^["']/.exec(piece)?.[0] ?? ''
  const dropped = `${stops}${isNumber ? '' : '!'}${quote}`
  let to = piece.length
  while (to > 1 && dropped.includes(piece.charAt(to - 1))) to -= 1
  return piece.slice(quote !== '' && to < piece.length ? 1 : 0, to)
}
