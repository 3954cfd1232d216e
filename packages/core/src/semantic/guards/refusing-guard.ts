import { type Reading, readText } from '../reading.ts'
import { equalIdentifiers } from './equal-identifiers.ts'
import { equalMembers } from './equal-members.ts'
import { equalNames } from './equal-names.ts'
import { equalNegations } from './equal-negations.ts'
import { equalNumbers } from './equal-numbers.ts'
import { equalObjects } from './equal-objects.ts'
import { equalOrder } from './equal-order.ts'
import { equalQuestions } from './equal-questions.ts'
import { equalRoles } from './equal-roles.ts'
import { equalWording } from './equal-wording.ts'
import { noOpposites } from './no-opposites.ts'

/** Whether, as far as it looks, two texts may be taken for one another; which of the two is which makes no difference. */
type Guard = (a: Reading, b: Reading) => boolean

const guards: readonly (readonly [string, Guard])[] = [
  ['numbers', equalNumbers],
  ['identifiers', equalIdentifiers],
  ['negations', equalNegations],
  ['names', equalNames],
  ['opposites', noOpposites],
  ['members', equalMembers],
  ['questions', equalQuestions],
  ['order', equalOrder],
  ['roles', equalRoles],
  ['objects', equalObjects],
  ['wording', equalWording],
]

/** Reads a text for {@link refusingGuard}: each of its lines for itself, as each may be another field of a call. */
export function readLines(text: string): readonly Reading[] {
  return text.split('\n').map(readText)
}

/** What refuses to take two texts for one another, line by line; undefined when nothing does. */
export function refusingGuard(ours: readonly Reading[], theirs: readonly Reading[]): string | undefined {
  if (ours.length !== theirs.length) return 'lines'
  for (const [at, a] of ours.entries()) {
    const b = theirs[at]
    const refusal = b === undefined ? 'lines' : refusalOf(a, b)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function refusalOf(a: Reading, b: Reading): string | undefined {
  if (a.key === b.key) return undefined
  if (a.isVerbatim || b.isVerbatim) return 'verbatim'
  return guards.find(([, allows]) => !allows(a, b))?.[0]
}
