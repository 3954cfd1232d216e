import type { Reading } from '../reading.ts'
import { isKind } from '../words/function-words.ts'

const questions = new Map(
  Object.entries({
    who: 'who',
    whom: 'who',
    whose: 'whose',
    what: 'what',
    which: 'what',
    when: 'when',
    where: 'where',
  }),
)
questions.set('why', 'why').set('how', 'how')
const copulas = new Set('is am was were'.split(' '))
const verbs = new Set('do did have had can could may might will would shall should must'.split(' '))
/** Behind `how` these make another question: of a number, a distance, a time. */
const measures = new Set(
  'many much long far often old big large small quick soon high tall wide deep heavy late early'.split(' '),
)

/** No `who` where the other text asks `when`, and no `is the price …` where it asks for the price. */
export function equalQuestions(a: Reading, b: Reading): boolean {
  const ours = questionsOf(a)
  const theirs = questionsOf(b)
  if (ours === '' || theirs === '') return !/^(?:whether|what d(?:o|id))$/.test(ours + theirs)
  return ours === theirs
}

function questionsOf({ words }: Reading): string {
  const found = new Set<string>()
  for (const [at, { key }] of words.entries()) {
    const question = questions.get(key)
    const next = words[at + 1]?.key ?? ''
    if (question === undefined) continue
    const isWhole =
      (key === 'how' && measures.has(next)) || (key === 'what' && /^d(?:o|id)$/.test(next)) || isKind(next, key)
    const name = isWhole ? `${question} ${next}` : question
    // A band is called The Who.
    found.add(words[at - 1]?.key === 'the' ? `the ${name}` : name)
  }
  const first = words[0]?.key ?? ''
  if (found.size === 0 && copulas.has(first)) found.add('whether')
  else if (found.size === 0 && verbs.has(first)) found.add('yes or no')
  return [...found].sort().join()
}
