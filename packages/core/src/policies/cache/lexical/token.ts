/** A piece of a text: a word, or something that counts exactly as it is written. */
export interface Token {
  /** As it is written, but for its outer punctuation. */
  readonly text: string
  /** A word in lower case; what is no word, as it is written. */
  readonly word: string
  /**
   * A `word` is made of letters alone. `exact` is everything else: numbers, dates, ids, addresses, paths, code, phrases
   * in quotes, symbols. A `quoted` word means itself: it is never dropped and has no plural.
   */
  readonly kind: 'word' | 'exact' | 'quoted'
  /** Begins a sentence, so that a capital letter says nothing. */
  readonly isFirst: boolean
  /** Punctuation follows it. */
  isLast: boolean
}

/** A text in pieces, in their order. */
export interface Tokens {
  readonly list: readonly Token[]
  /** Has operators or grouping: a formula or a piece of code, in which every sign counts. */
  readonly isFormula: boolean
  /** No other characters, once each has its one spelling. */
  readonly isAscii: boolean
}
