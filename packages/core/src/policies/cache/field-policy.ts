import { checkKeys } from '../../options/check-option.ts'

/**
 * How a member of the arguments counts in the key: as it is, not at all, as a text whose wording may differ, or as what
 * a function makes of it. Only texts are fuzzy: a number in a fuzzy field is exact.
 */
export type FieldPolicy = 'exact' | 'ignore' | 'fuzzy' | NormalizeField

/** Gives what a member counts as, in plain JSON. Asked only for members that are there; may say what it takes. */
export type NormalizeField = { of(value: unknown): unknown }['of']

/** The field policies of a tool, where any of them is not `exact`. */
export interface FieldRules {
  readonly ignored: ReadonlySet<string>
  readonly normalized: ReadonlyMap<string, NormalizeField>
  /** In order. */
  readonly fuzzy: readonly string[]
}

/** Checks field policies; undefined where every field is exact. `where` begins the message of a refusal. */
export function resolveFields(
  fields: Readonly<Record<string, FieldPolicy>> | undefined,
  where: string,
): FieldRules | undefined {
  if (fields === undefined) return undefined
  // any member may be named: only what is no object is refused
  checkKeys(`${where}: cache.fields`, fields, Object.keys(Object(fields)))
  const ignored = new Set<string>()
  const normalized = new Map<string, NormalizeField>()
  const fuzzy: string[] = []
  for (const [name, policy] of Object.entries(fields)) {
    if (policy === 'ignore') ignored.add(name)
    else if (policy === 'fuzzy') fuzzy.push(name)
    else if (typeof policy === 'function') normalized.set(name, policy)
    else if (policy !== 'exact') throw unknownPolicy(`${where}: cache.fields.${name}`, policy)
  }
  if (ignored.size + normalized.size + fuzzy.length === 0) return undefined
  return { ignored, normalized, fuzzy: fuzzy.sort() }
}

function unknownPolicy(name: string, policy: unknown): TypeError {
  const given = typeof policy === 'string' ? `'${policy}'` : typeof policy
  return new TypeError(`${name} must be 'exact' or 'ignore' or 'fuzzy' or a function, got ${given}`)
}
