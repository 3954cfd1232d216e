import type { ModelIssue } from '../errors/text/model-issues.ts'
import { checkStructure, type StructureFault } from './check-structure.ts'
import { depthOfText } from './check-text.ts'
import { describeKind, reasonOf } from './describe-value.ts'

/** How large arguments may be. Both limits are checked before anything is parsed. */
export interface ArgumentLimits {
  /** Characters of a JSON text; 1,048,576 by default. */
  readonly maxLength?: number
  /** Levels of arrays and objects; 100 by default. */
  readonly maxDepth?: number
}

/** Arguments as an object, or what is wrong with them. */
export type BoundArguments =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly issues: readonly ModelIssue[] }

const defaultLength = 1_048_576
const defaultDepth = 100

/**
 * Turns what a model sent as arguments into an object. `''`, null and undefined are `{}`; a string is always JSON
 * text; an object is passed on as it is, not copied. An own `__proto__` key is refused at any depth, as are cycles;
 * `constructor` and `prototype` are plain data. Never throws.
 */
export function bindArguments(value: unknown, limits?: ArgumentLimits): BoundArguments {
  if (typeof value === 'string' && value !== '') return bindText(value, limits)
  return bindObject(value, limits)
}

function bindText(text: string, limits: ArgumentLimits | undefined): BoundArguments {
  const maxLength = limits?.maxLength ?? defaultLength
  const maxDepth = limits?.maxDepth ?? defaultDepth
  if (text.length > maxLength)
    return refuse(`The arguments are ${text.length} characters long; ${maxLength} are allowed.`)
  if (depthOfText(text, maxDepth) > maxDepth) return refuse(faultMessage('too-deep', maxDepth))
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    return refuse(`The arguments are not valid JSON: ${reasonOf(error)}`, 'a JSON object')
  }
  if (!mayHavePrototypeKey(text) && isObject(parsed)) return { ok: true, value: parsed }
  return bindObject(parsed, limits)
}

function bindObject(value: unknown, limits: ArgumentLimits | undefined): BoundArguments {
  if (value === undefined || value === null || value === '') return { ok: true, value: {} }
  try {
    if (!isObject(value)) {
      const kind = describeKind(value)
      return refuse(`The arguments must be a JSON object with named values, got ${kind}.`, 'object', kind)
    }
    const maxDepth = limits?.maxDepth ?? defaultDepth
    const fault = checkStructure(value, { maxDepth })
    return fault === undefined ? { ok: true, value } : refuse(faultMessage(fault, maxDepth))
  } catch (error) {
    return refuse(`The arguments cannot be read: ${reasonOf(error)}`)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON.parse makes an own `__proto__` key, however it is escaped. */
function mayHavePrototypeKey(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u')
}

function faultMessage(fault: NonNullable<StructureFault>, maxDepth: number): string {
  if (fault === 'too-deep')
    return `The arguments are nested too deeply, or refer to themselves; ${maxDepth} levels are allowed.`
  if (fault === 'too-large') return 'The arguments hold too many values.'
  return "The key '__proto__' is not allowed in arguments."
}

function refuse(message: string, expected?: string, received?: string): BoundArguments {
  return { ok: false, issues: [{ path: '', message, ...(expected && { expected }), ...(received && { received }) }] }
}
