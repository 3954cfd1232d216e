import type { Reading } from '../reading.ts'

/** The same addresses, paths, pieces of code, phrases in quotes and symbols, each as often. */
export function equalIdentifiers(a: Reading, b: Reading): boolean {
  return identifiersOf(a) === identifiersOf(b)
}

function identifiersOf({ words }: Reading): string {
  return JSON.stringify(
    words
      .filter(({ isExact, isNumber }) => isExact && !isNumber)
      .map(({ key }) => key)
      .sort(),
  )
}
