import type { Reading } from '../reading.ts'
import { classesOf } from '../words/classes.ts'

/** What a text names of each class, and whether the class is strict. */
type Named = ReadonlyMap<string, { readonly isStrict: boolean; readonly members: ReadonlySet<string> }>

/** Between texts that have no word in common that names something, these say nothing. */
const ofSentence = new Set(['person', 'particle', 'owner', 'degree', 'voice', 'pointer'])

/** The same days, months, extremes and tenses; and no unit, colour, status or action in the place of another. */
export function equalMembers(a: Reading, b: Reading): boolean {
  const isNear = isAbout(a, b.roots) || !isAbout(a, a.roots) || !isAbout(b, b.roots)
  const ours = named(a, isNear)
  const theirs = named(b, isNear)
  return fits(ours, theirs) && fits(theirs, ours)
}

function isAbout({ words }: Reading, roots: ReadonlySet<string>): boolean {
  return words.some(({ isContent, root }) => isContent && roots.has(root))
}

function named({ roots }: Reading, isNear: boolean): Named {
  const found = new Map<string, { isStrict: boolean; members: Set<string> }>()
  for (const root of roots) {
    for (const { kind, member, isStrict } of classesOf(root)) {
      if (!isNear && ofSentence.has(kind)) continue
      const entry = found.get(kind) ?? { isStrict, members: new Set() }
      found.set(kind, entry)
      entry.members.add(member)
    }
  }
  return found
}

function fits(ours: Named, theirs: Named): boolean {
  for (const [kind, { isStrict, members }] of ours) {
    const other = theirs.get(kind)?.members ?? new Set()
    if (isSubset(members, other)) continue
    if (isStrict || !isSubset(other, members)) return false
  }
  return true
}

function isSubset(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  for (const member of some) if (!all.has(member)) return false
  return true
}
