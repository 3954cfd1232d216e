import type { Reading, ReadWord } from '../reading.ts'
import { prepositions } from '../words/function-words.ts'

/** Prepositions that say something also where the other text has none. */
const telling = new Set(
  (
    'from into onto out via through before after since until till over under above below around by than against except ' +
    'excluding including during within without between per'
  ).split(' '),
)
/** Prepositions that often stand for one another. */
const alike = new Set('in at of'.split(' '))
const pronouns = new Set('me you him them it'.split(' '))

/**
 * What both texts name has the same preposition before it, and no other owner: `from Oslo` is not `to Oslo`, `over 5` is
 * not `5`, and `my order` is not `your order`.
 */
export function equalRoles(a: Reading, b: Reading): boolean {
  if (lastOf(a) !== lastOf(b)) return false
  const ours = rolesOf(a)
  const theirs = rolesOf(b)
  for (const [root, role] of ours) {
    const other = theirs.get(root)
    if (other !== undefined && !isSame(role, other)) return false
  }
  return true
}

/** The preposition at the end: `look for` is not `look at`. */
function lastOf({ words }: Reading): string | undefined {
  const last = words.at(-1)?.key
  return last !== undefined && prepositions.has(last) ? last : undefined
}

function isSame(a: Role, b: Role): boolean {
  if (a.owner !== undefined && b.owner !== undefined && a.owner !== b.owner) return false
  if (a.preposition === b.preposition) return true
  if (a.isNumber) return false
  if (a.preposition === undefined || b.preposition === undefined)
    return !telling.has(a.preposition ?? b.preposition ?? '')
  return alike.has(a.preposition) && alike.has(b.preposition)
}

type Role = Pick<ReadWord, 'preposition' | 'owner' | 'isNumber'>

/** The role of each word that a text has once. */
function rolesOf({ words }: Reading): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>()
  const repeated = new Set<string>()
  for (const word of words) {
    if (!word.isContent && !word.isExact && !pronouns.has(word.key)) continue
    if (roles.has(word.root)) repeated.add(word.root)
    roles.set(word.root, word)
  }
  for (const root of repeated) roles.delete(root)
  return roles
}
