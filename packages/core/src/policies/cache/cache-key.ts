import { canonicalJson } from '../../json/plain-json.ts'
import { contentKey } from './content-key.ts'
import type { FieldRules, NormalizeField } from './field-policy.ts'

/** Why arguments have no key. */
export type KeyFault = 'arguments-not-json' | 'field-not-json'

/** The arguments in canonical JSON as the field policies leave them, or why there is none. */
export type ExactKey = { readonly text: string } | { readonly fault: KeyFault }

type Members = Readonly<Record<string, unknown>>

/**
 * What calls have in common that are answered alike without a second thought. Field policies are about members: of
 * arguments that are no object, all counts. A function that throws, or gives no plain JSON, leaves them without a key.
 */
export function exactKey(args: unknown, fields: FieldRules | undefined): ExactKey {
  if (fields === undefined || typeof args !== 'object' || args === null || Array.isArray(args)) return written(args)
  try {
    return written(kept(args as Members, fields) ?? args)
  } catch (error) {
    return { fault: error === notJson ? 'field-not-json' : 'arguments-not-json' }
  }
}

const notJson: unique symbol = Symbol('a field that is not plain JSON')

function written(args: unknown): ExactKey {
  const text = canonicalJson(args)
  return text === undefined ? { fault: 'arguments-not-json' } : { text }
}

/** The members without those that are ignored, and with what functions make of them; undefined for no plain object. */
function kept(args: Members, { ignored, normalized }: FieldRules): Members | undefined {
  const prototype: unknown = Object.getPrototypeOf(args)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  // without a prototype: to assign `__proto__` makes a member
  const members: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(args)) {
    if (ignored.has(name)) continue
    const value = args[name]
    const normalize = value === undefined ? undefined : normalized.get(name)
    members[name] = normalize === undefined ? value : normalizedValue(normalize, value)
  }
  return members
}

/** Nothing is not taken for a missing member: a function that forgets to return would make all values one. */
function normalizedValue(normalize: NormalizeField, value: unknown): unknown {
  let result: unknown
  try {
    result = normalize(value)
  } catch {
    throw notJson
  }
  if (canonicalJson(result) === undefined) throw notJson
  return result
}

/** The key of the arguments by the content of their fuzzy fields, the rest exact; undefined where there is no such field. */
export function contentKeyOf(exact: string, { fuzzy }: FieldRules): string | undefined {
  const split = splitFuzzy(exact, fuzzy)
  if (split === undefined) return undefined
  const folded: Record<string, string> = Object.create(null)
  for (const [name, text] of split.texts) folded[name] = contentKey(text)
  return canonicalJson([split.rest, folded])
}

/** What the vector layer is asked about. */
export interface SemanticKey {
  /** All that has to be equal, in canonical JSON: the other members, and which of them are fuzzy. */
  readonly rest: string
  /** The fuzzy fields in the order of their names, a line for each. */
  readonly text: string
}

/** The arguments as the vector layer sees them; undefined where no fuzzy field holds a text. */
export function semanticKeyOf(exact: string, { fuzzy }: FieldRules): SemanticKey | undefined {
  const split = splitFuzzy(exact, fuzzy)
  if (split === undefined) return undefined
  const names = [...split.texts.keys()]
  const texts = [...split.texts.values()]
  const text = texts.length === 1 ? texts.join('') : texts.map((line) => line.replace(/\s+/g, ' ')).join('\n')
  const rest = canonicalJson([split.rest, names])
  return rest === undefined ? undefined : { rest, text }
}

/** The texts of fuzzy fields, and all other members; undefined where no fuzzy field holds a text. */
function splitFuzzy(
  exact: string,
  fuzzy: readonly string[],
): { readonly rest: Members; readonly texts: ReadonlyMap<string, string> } | undefined {
  const args: unknown = JSON.parse(exact)
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return undefined
  const rest: Record<string, unknown> = Object.create(null)
  const texts = new Map<string, string>()
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === 'string' && fuzzy.includes(name)) texts.set(name, value)
    else rest[name] = value
  }
  return texts.size === 0 ? undefined : { rest, texts }
}
