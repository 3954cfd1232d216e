/** What our own tags begin with, and no other may. */
const reserved = '\u0000'

/** Carried by what may depend on anything: every invalidation reaches it. */
export const anyTag: string = `${reserved}any`

/** Carried by every result that one session alone may have. */
export function sessionTag(session: string): string {
  return `${reserved}session ${session}`
}

/** A copy of the tags that a function or a caller gave; throws a TypeError for what are none. */
export function checkedTags(tags: unknown, where: string): readonly string[] {
  if (!Array.isArray(tags)) throw new TypeError(`${where} must be a list of strings, got ${typeof tags}`)
  for (const tag of tags as readonly unknown[]) {
    if (typeof tag === 'string' && !tag.startsWith(reserved)) continue
    const given = typeof tag === 'string' ? 'one that begins with U+0000' : typeof tag
    throw new TypeError(`${where} must be a list of strings, got ${given} in it`)
  }
  return Object.freeze([...(tags as readonly string[])])
}
