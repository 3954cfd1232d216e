import leven from 'leven'

/** A name, prepared for comparisons. */
interface NameShape {
  readonly lower: string
  /** Lower case without separators. */
  readonly flat: string
  readonly words: readonly string[]
}

/** A wrong name may be of any length; no right one is longer than this. */
const maxLength = 128

/** Below this likeness, edits are no typing error any more. */
const minSimilarity = 0.3

/**
 * The names most like a wrong one, best first: the same but for case and separators, then those that share words,
 * contain it or are a few edits away (Levenshtein). Ties keep the order of `names`.
 */
export function nearestNames(wrong: string, names: Iterable<string>, limit: number): string[] {
  const target = shapeOf(wrong.slice(0, maxLength))
  return Array.from(names, (name) => ({ name, score: likeness(target, shapeOf(name)) }))
    .sort((one, other) => other.score - one.score)
    .slice(0, limit)
    .map(({ name }) => name)
}

/** Words end at separators and before capitals: `getUser_byId` has four. */
const wordEnd = /[^\dA-Za-z\u0080-\uffff]+|(?<![A-Z])(?=[A-Z])/

function shapeOf(name: string): NameShape {
  const words = name.split(wordEnd).flatMap((word) => (word === '' ? [] : [word.toLowerCase()]))
  return { lower: name.toLowerCase(), flat: words.join(''), words }
}

/** 0 to 1, and above 1 for names that differ in case and separators only. */
function likeness(target: NameShape, name: NameShape): number {
  if (target.flat === name.flat) return 2 + similarity(target.lower, name.lower, 0)
  const rough = Math.max(sharedWords(target.words, name.words), containment(target.flat, name.flat))
  return Math.max(rough, similarity(target.flat, name.flat, Math.max(rough, minSimilarity)))
}

/** Dice's coefficient of the words, a little below an equal name. */
function sharedWords(one: readonly string[], other: readonly string[]): number {
  let shared = 0
  for (const word of one) if (other.includes(word)) shared += 1
  return Math.min(0.95, (1.9 * shared) / (one.length + other.length || 1))
}

function containment(one: string, other: string): number {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  return short.length > 2 && long.includes(short) ? 0.7 + (0.2 * short.length) / long.length : 0
}

/** One minus the edits per character; 0 where it would not exceed `floor`. */
function similarity(one: string, other: string, floor: number): number {
  const length = Math.max(one.length, other.length)
  if (length === 0) return 1
  const maxDistance = Math.max(1, Math.ceil((1 - floor) * length))
  const distance = leven(one, other, { maxDistance })
  return distance >= maxDistance && floor > 0 ? 0 : 1 - distance / length
}
