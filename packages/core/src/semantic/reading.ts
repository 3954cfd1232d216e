import { aboutWords, foldWords } from '../policies/cache/lexical/fold-words.ts'
import type { Token } from '../policies/cache/lexical/token.ts'
import { askingWords, emptyWords, functionWords, isKind, prepositions, requestWords } from './words/function-words.ts'
import { rootOf } from './words/synonyms.ts'

/** A word of a text, as guards see it. */
export interface ReadWord {
  /** As a content key has it. */
  readonly key: string
  /** The same for all words that mean the same. */
  readonly root: string
  /** Names something: no word that only builds the sentence or asks for an answer. */
  readonly isContent: boolean
  /** Only asks for an answer, or stands for whatever it is about. */
  readonly isEmpty: boolean
  /** Counts exactly: a number, an id, a phrase in quotes. */
  readonly isExact: boolean
  /** Has a digit, or is the word for a number. */
  readonly isNumber: boolean
  /** How it is spelled, where it has a capital letter that no sentence asks for, or stands in quotes: a name. */
  readonly name: string | undefined
  /** The preposition right before it, or `and` or `or`, articles and owners aside. */
  readonly preposition: string | undefined
  /** `my`, `your` and the like, right before it. */
  readonly owner: string | undefined
}

/** A text as guards see it. */
export interface Reading {
  /** The content key of the text. */
  readonly key: string
  readonly words: readonly ReadWord[]
  /** Every root that is in it. */
  readonly roots: ReadonlySet<string>
  /** Every word that is in it, in lower case and with its plural. */
  readonly spelled: ReadonlySet<string>
  /** A formula, nothing but signs, or about words themselves: nothing else means the same. */
  readonly isVerbatim: boolean
}

const units = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen '
const teens = 'seventeen eighteen nineteen'
const numbers = new Map((units + teens).split(' ').map((word, value) => [word, `${value}`]))
for (const [at, word] of 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').entries()) {
  numbers.set(word, `${(at + 2) * 10}`)
}
const owners = new Set('my your our their his her'.split(' '))
const beforeAnybody = new Set('do did can could may might will would shall should must which this that'.split(' '))
/** Between a preposition and its object these change neither. */
const between = new Set('a an the my your our their his her this that these those all any every each'.split(' '))
/** Scripts that put no spaces between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/** Reads a text for the guards. */
export function readText(text: string): Reading {
  const { words: keys, tokens, isFormula } = foldWords(text)
  const hasCase = text !== text.toUpperCase()
  const words: ReadWord[] = []
  const spelled = new Set<string>()
  let isRequest = true
  for (const [at, token] of tokens.entries()) {
    spelled.add(token.word)
    const key = keys[at] ?? token.word
    const parts = token.kind === 'word' && unspaced.test(key) ? segmentsOf(key) : [key]
    for (const part of parts) {
      words.push(readWord(part, token, { words, hasCase, isRequest, next: keys[at + 1] }))
      isRequest &&= requestWords.has(part)
    }
  }
  const roots = new Set(words.map(({ root }) => root))
  const isSigns = isFormula || keys.length === 0
  const isVerbatim = isSigns || words.some((word) => aboutWords.has(word.key))
  return { key: isSigns ? text : keys.join(' '), words, roots, spelled, isVerbatim }
}

interface Place {
  readonly words: readonly ReadWord[]
  readonly hasCase: boolean
  /** Nothing but a request stands before. */
  readonly isRequest: boolean
  readonly next: string | undefined
}

function readWord(
  key: string,
  { kind, word, text, isFirst }: Token,
  { words, hasCase, isRequest, next }: Place,
): ReadWord {
  const before = words.at(-1)
  const number = key === 'one' && !isCount(before?.key, next) ? undefined : numberOf(key, kind)
  const isWord = kind === 'word' && !(key === 'a' && isName(next))
  const isFunction = isWord && (functionWords.has(key) || (key === 'one' && number === undefined))
  const isEmpty = isWord && (isRequest ? isAsking(key, next) : emptyWords.has(key)) && !isOneWay(key, before)
  const isCapital = hasCase && !isFirst && !isFunction && /^\p{Lu}/u.test(text)
  return {
    key,
    root: number ?? (isRequest && isWord ? rootInRequest(key, before) : rootBehind(key, before)),
    isContent: !isFunction && !isEmpty && !(isWord && isKind(key, before?.key)),
    isEmpty,
    isExact: kind === 'exact',
    isNumber: number !== undefined,
    name: kind === 'quoted' || (kind === 'word' && isCapital) ? word : undefined,
    preposition: prepositionAt(words),
    owner: before !== undefined && owners.has(before.key) ? before.key : undefined,
  }
}

/** Whether a word of a request only asks; `give me` does, and `give money` does not. */
function isAsking(key: string, next: string | undefined): boolean {
  if (key === 'give') return next === 'me' || next === 'us'
  return emptyWords.has(key) || askingWords.has(key)
}

/** A way that is counted is one that is gone: `one way tickets`. */
function isOneWay(key: string, before: ReadWord | undefined): boolean {
  return key === 'way' && before?.isNumber === true
}

/** Whether an `a` that stands before this is no article: `copy a to b`. */
function isName(next: string | undefined): boolean {
  return (
    next === undefined ||
    next.length === 1 ||
    (functionWords.has(next) && !/^(?:few|little|much|more|less|such)$/.test(next))
  )
}

/** Whether `one` counts what follows: else it stands for anybody, or for what was named before. */
function isCount(before: string | undefined, next: string | undefined): boolean {
  if (next === 'way') return true
  if (next === undefined || functionWords.has(next) || emptyWords.has(next) || askingWords.has(next)) return false
  return before === undefined || !beforeAnybody.has(before)
}

/** In `show me` it does not matter who is shown. */
function rootInRequest(key: string, before: ReadWord | undefined): string {
  return key === 'me' && before?.isEmpty === true ? '' : rootBehind(key, before)
}

/** Some words mean something else behind others: `3 am`, `a few`, `look up`. */
function rootBehind(key: string, before: ReadWord | undefined): string {
  if (key === 'am' && before?.isNumber === true) return 'a.m.'
  if (key === 'up' && before?.key === 'look') return 'look'
  return (key === 'few' || key === 'little') && before?.key === 'a' ? 'some' : rootOf(key)
}

/** A number, in words or figures, without thousands separators; undefined for what has no digit. */
function numberOf(key: string, kind: Token['kind']): string | undefined {
  if (kind !== 'exact') return numbers.get(key)
  if (!/\p{N}/u.test(key)) return undefined
  return /^\d{1,3}(?:,\d{3})+$/.test(key) ? key.replaceAll(',', '') : key
}

function prepositionAt(words: readonly ReadWord[]): string | undefined {
  const key = words.slice(-3).findLast((word) => !between.has(word.key))?.key
  return key !== undefined && (key === 'and' || key === 'or' || prepositions.has(key)) ? key : undefined
}

function segmentsOf(key: string): readonly string[] {
  return Array.from(segmenter.segment(key), ({ segment }) => segment)
}
