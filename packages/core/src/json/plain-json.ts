/** Deeper values are not cached: an honest argument or result is not nested so far, and recursion stays bounded. */
const maxDepth = 100

/** In a `for … in` this check costs nothing, unlike `Object.hasOwn`: the compiler knows that it holds. */
export const ownCheck: (this: object, key: PropertyKey) => boolean = Object.prototype.hasOwnProperty

/** Larger values are not cached. A value that contains one object many times may count beyond all bounds. */
const maxValues = 1_000_000

/** How far into a value one is. */
interface Walk {
  depth: number
  /** Values that have been met. */
  values: number
}

interface CopyWalk extends Walk {
  /** Whether texts are to keep nothing alive but themselves. */
  readonly isOwn: boolean
}

/**
 * Canonical JSON by RFC 8785 (members sorted by UTF-16 code units), or undefined for what is not plain JSON: Map,
 * BigInt, Buffer, class instances, NaN, functions, cycles, what throws when it is read, and values beyond a depth of
 * 100 or a million parts. A member that is undefined counts as missing; half a surrogate pair is written as its escape.
 */
export function canonicalJson(value: unknown): string | undefined {
  try {
    return isFlatAndSorted(value) ? JSON.stringify(value) : write(value, { depth: 0, values: 0 })
  } catch {
    // A getter or a proxy threw: no plain JSON.
    return undefined
  }
}

/** Most arguments are a few plain members, in order: then the native writer, which is much faster, writes the same. */
function isFlatAndSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlainObject(value)) return false
  let last = ''
  for (const key in value) {
    if (!ownCheck.call(value, key)) continue
    const member = value[key]
    const isPlain = typeof member === 'string' || typeof member === 'boolean' || Number.isFinite(member)
    if (!isPlain || key < last) return false
    last = key
  }
  return true
}

function write(value: unknown, walk: Walk): string | undefined {
  switch (typeof value) {
    case 'string':
      return quoteJson(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : undefined
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : writeNested(value, walk)
    default:
      return undefined
  }
}

function writeNested(value: object, walk: Walk): string | undefined {
  if (!enter(walk)) return undefined
  const text = isPlainArray(value)
    ? writeArray(value, walk)
    : isPlainObject(value)
      ? writeObject(value, walk)
      : undefined
  walk.depth -= 1
  return text
}

function writeArray(list: readonly unknown[], walk: Walk): string | undefined {
  walk.values += list.length
  let text = '['
  for (let index = 0; index < list.length; index += 1) {
    const item = write(list[index], walk)
    if (item === undefined) return undefined
    text += index === 0 ? item : `,${item}`
  }
  return `${text}]`
}

function writeObject(object: Readonly<Record<string, unknown>>, walk: Walk): string | undefined {
  const keys = sortKeys(Object.keys(object))
  walk.values += keys.length
  let text = ''
  for (const key of keys) {
    const member = object[key]
    if (member === undefined) continue
    const written = write(member, walk)
    if (written === undefined) return undefined
    text += `${text === '' ? '' : ','}${quoteJson(key)}:${written}`
  }
  return `{${text}}`
}

/** Sorts keys in place by UTF-16 code units. Most objects have few keys, often in order: moving them costs a fraction of a call to `sort`. */
export function sortKeys(keys: string[]): string[] {
  if (keys.length > 16) return keys.sort()
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] ?? ''
    let place = index
    for (; place > 0 && (keys[place - 1] ?? '') > key; place -= 1) keys[place] = keys[place - 1] ?? ''
    keys[place] = key
  }
  return keys
}

const needsNoEscape = /^[ !#-[\]-~]*$/

/** A text as JSON. Most are short and need no escape: to see that costs half of a call to `stringify`. */
export function quoteJson(text: string): string {
  return text.length < 64 && needsNoEscape.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** What {@link frozenCopy} gives for a value that is not plain JSON. */
export const notPlain: unique symbol = Symbol('not plain JSON')

/** A deeply frozen copy of plain JSON, or {@link notPlain}; what is plain is said at {@link canonicalJson}. */
export function frozenCopy(value: unknown): unknown {
  return tryCopy(value, false)
}

/** The same for a copy that is kept: a text that is a part of another one, as an excerpt of a page is, keeps all of that. */
export function ownCopy(value: unknown): unknown {
  return tryCopy(value, true)
}

function tryCopy(value: unknown, isOwn: boolean): unknown {
  try {
    return copy(value, { depth: 0, values: 0, isOwn })
  } catch {
    return notPlain
  }
}

/** V8 copies a shorter part of a text, and of this length or more makes a view of the whole. */
const shortestView = 13

function copy(value: unknown, walk: CopyWalk): unknown {
  // what is put together is made anew to be cut, and what is cut from it is a view of that alone
  if (typeof value === 'string') return walk.isOwn && value.length >= shortestView ? ` ${value}`.slice(1) : value
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : notPlain
  if (typeof value !== 'object' || !enter(walk)) return notPlain
  const copied = isPlainArray(value)
    ? copyArray(value, walk)
    : isPlainObject(value)
      ? copyObject(value, walk)
      : notPlain
  walk.depth -= 1
  return copied
}

function copyArray(list: readonly unknown[], walk: CopyWalk): unknown {
  walk.values += list.length
  const copied: unknown[] = new Array(list.length)
  for (let index = 0; index < list.length; index += 1) {
    const item = copy(list[index], walk)
    if (item === notPlain) return notPlain
    copied[index] = item
  }
  return Object.freeze(copied)
}

function copyObject(object: Readonly<Record<string, unknown>>, walk: CopyWalk): unknown {
  const copied: Record<string, unknown> = {}
  // half the cost of a walk through the list of its keys
  for (const key in object) {
    if (!ownCheck.call(object, key)) continue
    walk.values += 1
    const member = object[key]
    if (member === undefined) continue
    const value = copy(member, walk)
    if (value === notPlain) return notPlain
    // Assigning to it would set the prototype.
    if (key === '__proto__') Object.defineProperty(copied, key, { value, enumerable: true })
    else copied[key] = value
  }
  return Object.freeze(copied)
}

/** False when the value is too deep or too large. */
function enter(walk: Walk): boolean {
  walk.depth += 1
  return walk.depth <= maxDepth && walk.values <= maxValues
}

function isPlainArray(value: object): value is unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype
}

/** Whether an object is no instance of a class. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
