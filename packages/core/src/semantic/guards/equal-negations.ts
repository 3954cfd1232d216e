import type { Reading } from '../reading.ts'

const negations = new Set(
  (
    'not no not, no, never never, none none, nor neither nobody nothing nowhere without cannot dont doesnt didnt isnt arent ' +
    'wasnt werent wont wouldnt cant couldnt shouldnt mustnt hasnt havent hadnt aint hardly barely scarcely unless except ' +
    'excluding exclude besides lack lacking non minus ' +
    'nicht kein keine keinen keiner nichts nie niemals ohne ne pas jamais sans aucun nunca jamás sin ningún ninguna non mai ' +
    'senza não nem sem niet geen nooit zonder inte aldrig utan ikke aldri uten nie bez nigdy не нет никогда без ані ні'
  ).split(' '),
)
/** In Chinese and Japanese a part of the word, in Korean and Arabic a word or its ending. */
const inside = /[不没沒无無非未别別]|ない|ません|없|않|^안$|^못$|^(?:لا|لم|لن|ليس|غير|بدون)$/u

/** As many negations: `without`, `never` and `don't` count like `not`. */
export function equalNegations(a: Reading, b: Reading): boolean {
  return count(a) === count(b)
}

function count({ words }: Reading): number {
  return words.filter(({ key }) => isNegation(key)).length
}

/** Whether a word negates, given as a content key has it. */
export function isNegation(key: string): boolean {
  return negations.has(key) || inside.test(key)
}
