/** Where the `s` makes another word (`news` is not `new`, and Adams is not Adam), or has to stay with and without a capital. */
const others = new Set(
  (
    'news means customs goods glasses arms windows times terms rights shorts blues sales savings earnings odds ' +
    'besides hers ours yours theirs seconds hundreds thousands millions billions https teams securities stocks ' +
    'funds forces lives visas friends adams williams roberts edwards rogers stevens stephens peters richards ' +
    'daniels michaels phillips matthews andrews simons davids jacobs martins evans owens brooks woods hills ' +
    'sanders walters waters gates banks parks andreas lucas jonas carlos marcos frances jones hans collins ' +
    'parsons marks stones rivers fields texas kansas dallas athens brussels angeles vegas orleans naples wales ' +
    'canvas pandas aids rails'
  ).split(' '),
)
/** Plurals of words in `-ie`. */
const plainE = new Set('movies cookies calories hoodies selfies zombies'.split(' '))
const noPlural = /[sui]s$|(?:mon|tues|wednes|thurs|fri|satur|sun)days$|(?<!top|metr|clin|com)ics$/
/** `-es` after a hiss or an `o`. */
const longPlural = /(?:ss|sh|[^a]ch|[eo]ach|x|zz|\wto|status|virus|bonus|campus|census)es$/

/**
 * The singular of an English plural in lower case, or the word itself: the S-stemmer of D. Harman, "How effective is
 * suffixing?" (1991), with `-es` after a hiss. Words of fewer than four letters stay. No verb is folded: an order that
 * is shipped is not one that is shipping.
 */
export function foldPlural(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || others.has(word) || noPlural.test(word)) return word
  if (word.endsWith('ies') && word.length > 4 && !plainE.has(word)) return `${word.slice(0, -3)}y`
  return word.slice(0, longPlural.test(word) ? -2 : -1)
}
