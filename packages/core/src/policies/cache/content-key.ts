import { foldWords } from './lexical/fold-words.ts'

/**
 * Gives texts that say the same in the same words and the same order one key. Case, punctuation, articles, requests
 * like `could you please show me`, plurals and contractions do not count. Numbers, dates, ids, addresses, code, quoted
 * phrases, negations, tense, question words and prepositions do. Where the language is not English only case and
 * punctuation are folded; a formula or a piece of code is its own key.
 */
export function contentKey(text: string): string {
  const { words, isFormula } = foldWords(text)
  return isFormula || words.length === 0 ? text : words.join(' ')
}
