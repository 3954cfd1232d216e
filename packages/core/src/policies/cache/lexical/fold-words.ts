import { foldPlural } from './fold-plural.ts'
import { readTokens } from './read-tokens.ts'
import { skipOpening } from './skip-opening.ts'
import type { Token } from './token.ts'

/** The words of a text that say something, in their order. */
export interface FoldedWords {
  /** Each in its canonical form. */
  readonly words: readonly string[]
  /** The token of each word. */
  readonly tokens: readonly Token[]
  /** Has operators or grouping, so every sign counts. */
  readonly isFormula: boolean
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))
/** One spelling for forms that differ with their subject only. */
const forms = new Map(Object.entries({ are: 'is', does: 'do', has: 'have' }))
const negations = set('no not never none nor')
const questions = set('who whom whose which what when where why how')
/** Behind these `a` is an article; behind a noun it may be a name, as in `server a`, and in Spanish it says who is meant. */
const beforeArticle = set(
  'is are was were be been has have had do does did in on at of to for from with without by as into about than like and ' +
    'or not per after before near what such want need find get book buy give make create show write send add use search ' +
    'me us you',
)
/** What asks about words themselves: then each of them counts as it is. */
export const aboutWords: ReadonlySet<string> = set('translate translation spell pronounce say word meaning')
/** Words that no other language has, nearly. */
const english = set(
  'the is are what how who which where when why my me i you it to of for with from this that show find',
)
const foreign = set(
  'de la el los las del que en y por para der das und ist nicht ein eine le les et est il di het een och',
)

/** Folds the words of a text as `contentKey` says. */
export function foldWords(text: string): FoldedWords {
  const { list, isFormula, isAscii } = readTokens(text)
  const has = (words: ReadonlySet<string>): boolean => list.some(({ word }) => words.has(word))
  const isEnglish = has(english)
  if ((!isEnglish && (!isAscii || has(foreign))) || has(aboutWords)) return unfolded(list, isFormula)
  // else every word may have a capital letter, and it says nothing
  const hasNames = list.some(({ text }) => /^\p{Ll}{2}/u.test(text))
  const words: string[] = []
  const tokens: Token[] = []
  for (let at = skipOpening(list); at < list.length; at += 1) {
    const token = list[at] as Token
    if (token.kind === 'word' && isEmpty(list, at, isEnglish)) continue
    tokens.push(token)
    words.push(token.kind === 'word' ? fold(list, at, hasNames) : token.word)
  }
  return words.length > 0 ? { words, tokens, isFormula } : unfolded(list, isFormula)
}

function unfolded(tokens: readonly Token[], isFormula: boolean): FoldedWords {
  return { words: tokens.map(({ word }) => word), tokens, isFormula }
}

/** Whether a word says nothing where it stands. */
function isEmpty(list: readonly Token[], at: number, isEnglish: boolean): boolean {
  const { word, text, isFirst } = list[at] as Token
  switch (word) {
    case 'please':
    case 'kindly':
      return true
    case 'thanks':
      return at === list.length - 1 && list[at - 1]?.isLast === true
    case 'the':
      // `The Office` is a series
      if (text === 'The' && !isFirst) return false
      return at < list.length - 1 && !questions.has(list[at + 1]?.word ?? '')
    case 'a':
    case 'an':
      // `a few` are some, `few` are nearly none
      if (at === list.length - 1 || (text === 'A' && !isFirst) || /^(?:few|little)$/.test(list[at + 1]?.word ?? ''))
        return false
      return at === 0 ? isEnglish : beforeArticle.has(list[at - 1]?.word ?? '')
    default:
      return false
  }
}

function fold(list: readonly Token[], at: number, hasNames: boolean): string {
  const { word, text, isFirst, isLast } = list[at] as Token
  // `No, errors` is not `no errors`.
  if (isLast && at < list.length - 1 && negations.has(word)) return `${word},`
  // Collins is not Collin
  if (hasNames && !isFirst && /^\p{Lu}/u.test(text)) return word
  return forms.get(word) ?? foldPlural(word)
}
