import leven from 'leven'

/** A name, prepared for comparisons. */
interface NameShape {
  readonly lower: string
  /** Lower case without separators. */
  readonly flat: string
  readonly words: readonly string[]
}

interface Candidate {
  readonly name: string
  readonly score: number
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
  const best: Candidate[] = []
  for (const name of names) {
    const worst = best.length < limit ? -1 : (best.at(-1)?.score ?? Infinity)
    const score = likeness(target, shapeOf(name), worst)
    if (score > worst) insert(best, { name, score }, limit)
  }
  return best.map(({ name }) => name)
}

function insert(best: Candidate[], candidate: Candidate, limit: number): void {
  const at = best.findIndex(({ score }) => score < candidate.score)
  best.splice(at < 0 ? best.length : at, 0, candidate)
  if (best.length > limit) best.pop()
}

/** Words end at separators and before capitals: `getUser_byId` has four. */
function shapeOf(name: string): NameShape {
  const lower = name.toLowerCase()
  const words: string[] = []
  let start = 0
  for (let at = 0; at <= lower.length; at += 1) {
    const isEnd = at === lower.length || isSeparator(lower.charCodeAt(at))
    if (!isEnd && (at === start || !isCapital(name.charCodeAt(at)) || isCapital(name.charCodeAt(at - 1)))) continue
    if (at > start) words.push(lower.slice(start, at))
    start = isEnd ? at + 1 : at
  }
  return { lower, flat: words.join(''), words }
}

function isSeparator(code: number): boolean {
  return code < 0x80 && !(code >= 0x30 && code <= 0x39) && !(code >= 0x61 && code <= 0x7a)
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a
}

/** 0 to 1, and above 1 for names that differ in case and separators only. */
function likeness(target: NameShape, name: NameShape, worst: number): number {
  if (target.flat === name.flat) return 2 + similarity(target.lower, name.lower, 0)
  const rough = Math.max(sharedWords(target.words, name.words), containment(target.flat, name.flat))
  return Math.max(rough, similarity(target.flat, name.flat, Math.max(rough, worst, minSimilarity)))
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
