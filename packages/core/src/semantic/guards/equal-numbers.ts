import type { Reading } from '../reading.ts'

/** The same numbers, dates and ids in the same order; `two` is 2, and 1,000 is 1000. */
export function equalNumbers(a: Reading, b: Reading): boolean {
  return numbersOf(a) === numbersOf(b)
}

function numbersOf({ words }: Reading): string {
  return JSON.stringify(words.filter(({ isNumber }) => isNumber).map(({ root }) => root))
}
