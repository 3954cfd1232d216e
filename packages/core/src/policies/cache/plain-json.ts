/** Deeper values are not cached: an honest argument or result is not nested so far, and recursion stays bounded. */
const maxDepth = 100

/**
 * Canonical JSON by RFC 8785 (members sorted by UTF-16 code units), or undefined for what is not plain JSON: Map,
 * BigInt, Buffer, class instances, NaN, functions, cycles. A member that is undefined counts as missing.
 */
export function canonicalJson(value: unknown): string | undefined {
  return isFlatAndSorted(value) ? JSON.stringify(value) : write(value, 0)
}

/** Most arguments are a few plain members, in order: then the native writer, which is much faster, writes the same. */
function isFlatAndSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlainObject(value)) return false
  let last = ''
  for (const key of Object.keys(value)) {
    const member = value[key]
    const isPlain = typeof member === 'string' || typeof member === 'boolean' || Number.isFinite(member)
    if (!isPlain || key < last) return false
    last = key
  }
  return true
}

function write(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? String(value === 0 ? 0 : value) : undefined
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (depth >= maxDepth) return undefined
      if (Array.isArray(value)) return writeArray(value, depth + 1)
      return isPlainObject(value) ? writeObject(value, depth + 1) : undefined
    default:
      return undefined
  }
}

function writeArray(list: readonly unknown[], depth: number): string | undefined {
  let text = '['
  for (let index = 0; index < list.length; index += 1) {
    const item = write(list[index], depth)
    if (item === undefined) return undefined
    text += index === 0 ? item : `,${item}`
  }
  return `${text}]`
}

function writeObject(object: Readonly<Record<string, unknown>>, depth: number): string | undefined {
  const keys = sorted(Object.keys(object))
  let text = ''
  for (const key of keys) {
    const member = object[key]
    if (member === undefined) continue
    const written = write(member, depth)
    if (written === undefined) return undefined
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${written}`
  }
  return `{${text}}`
}

/** Most objects come with few keys, often in order: a look costs less than a sort. */
function sorted(keys: string[]): string[] {
  for (let index = 1; index < keys.length; index += 1) {
    if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return keys.sort()
  }
  return keys
}

/** What {@link frozenCopy} gives for a value that is not plain JSON. */
export const notPlain: unique symbol = Symbol('not plain JSON')

/** A deeply frozen copy of plain JSON, or {@link notPlain}. The given value is left as it is. */
export function frozenCopy(value: unknown, depth = 0): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : notPlain
  if (typeof value !== 'object' || depth >= maxDepth) return notPlain
  if (Array.isArray(value)) return copyArray(value, depth + 1)
  return isPlainObject(value) ? copyObject(value, depth + 1) : notPlain
}

function copyArray(list: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = new Array(list.length)
  for (let index = 0; index < list.length; index += 1) {
    const item = frozenCopy(list[index], depth)
    if (item === notPlain) return notPlain
    copy[index] = item
  }
  return Object.freeze(copy)
}

function copyObject(object: Readonly<Record<string, unknown>>, depth: number): unknown {
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(object)) {
    const member = object[key]
    if (member === undefined) continue
    const value = frozenCopy(member, depth)
    if (value === notPlain) return notPlain
    if (key === '__proto__') Object.defineProperty(copy, key, { value, enumerable: true })
    else copy[key] = value
  }
  return Object.freeze(copy)
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
