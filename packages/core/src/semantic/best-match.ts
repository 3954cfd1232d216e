import type { SemanticQuestion } from '../policies/cache/semantic.ts'
import type { VectorMatch } from '../ports/vector-index.ts'
import { readLines, refusingGuard } from './guards/refusing-guard.ts'

/** A candidate that may be taken for the question. */
export interface GuardedMatch extends VectorMatch {
  readonly text: string
}

/** The first of the candidates, the nearest first, that is at the floor, has a text and passes the guards. */
export function bestMatch(
  question: Pick<SemanticQuestion, 'text' | 'textOf'>,
  matches: readonly VectorMatch[],
  floor: number,
): GuardedMatch | undefined {
  const read = readLines(question.text)
  for (const { id, similarity } of matches) {
    const text = similarity >= floor ? question.textOf(id) : undefined
    if (text !== undefined && refusingGuard(read, readLines(text)) === undefined) return { id, similarity, text }
  }
  return undefined
}
