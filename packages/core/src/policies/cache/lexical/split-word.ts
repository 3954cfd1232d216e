const endings = new Map(Object.entries({ "'re": 'are', "'m": 'am', "'ve": 'have', "'ll": 'will' }))
const negated = new Map(Object.entries({ ca: 'can', wo: 'will', sha: 'shall' }))
/** After these, `'s` is a verb; after anything else it is a possessive. */
const beforeIs = new Set('what who where when why how that it there here he she'.split(' '))

/** The words of a contraction in lower case: `don't` is `do not`, `what's` is `what is`, `Anna's` is `anna 's`. */
export function splitWord(part: string): readonly string[] {
  const word = part.toLowerCase()
  if (word === 'cannot') return ['can', 'not']
  const at = word.lastIndexOf("'")
  if (at < 1) return [at === 0 ? word.slice(1) : word]
  const ending = word.slice(at)
  const base = word.slice(0, at)
  if (ending === "'t" && base.endsWith('n')) {
    const verb = base.slice(0, -1)
    return [negated.get(verb) ?? verb, 'not']
  }
  if (ending === "'s") return [base, beforeIs.has(base) ? 'is' : "'s"]
  if (ending === "'d") return [base, "'d"]
  const spelled = endings.get(ending)
  return spelled === undefined ? [word] : [base, spelled]
}
