/** Why a value cannot be arguments, or undefined where it can. */
export type StructureFault = 'too-deep' | 'too-large' | 'cyclic' | 'prototype-key' | undefined

/** Arrays and objects in one value; far above what a text of the allowed length can hold. */
const maxContainers = 1_000_000

/** What a value may be like. */
export interface StructureLimits {
  /** Levels of arrays and objects. */
  readonly maxDepth: number
  /** Allows own `__proto__` keys. */
  readonly prototypeKeys?: boolean
}

/**
 * Checks a value level by level, without recursion. Arrays and plain objects are looked into; instances of classes,
 * which only code can pass, are left to the schema.
 */
export function checkStructure(root: object, { maxDepth, prototypeKeys = false }: StructureLimits): StructureFault {
  let level: object[] = []
  if (collect(root, level) && !prototypeKeys) return 'prototype-key'
  let containers = 1
  for (let depth = 2; level.length > 0; depth += 1) {
    if (depth > maxDepth) return hasCycle(root) ? 'cyclic' : 'too-deep'
    containers += level.length
    if (containers > maxContainers) return hasCycle(root) ? 'cyclic' : 'too-large'
    const next: object[] = []
    for (const value of level) if (collect(value, next) && !prototypeKeys) return 'prototype-key'
    level = next
  }
  return undefined
}

/** Adds the arrays and plain objects directly inside `value` to `into`. True when it has an own `__proto__`. */
function collect(value: object, into: object[]): boolean {
  if (Array.isArray(value)) {
    for (const item of value) if (isContainer(item)) into.push(item)
    return false
  }
  let hasPrototypeKey = false
  for (const key in value) {
    if (key === '__proto__') hasPrototypeKey = true
    const item: unknown = value[key as never]
    if (isContainer(item)) into.push(item)
  }
  return hasPrototypeKey
}

function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Looks for a way from a value back to itself; each value once, so that shared values cost nothing. */
function hasCycle(root: object): boolean {
  const done = new Set<object>()
  const open = new Set<object>()
  const stack: object[] = [root]
  for (let value = stack.at(-1); value !== undefined; value = stack.at(-1)) {
    if (open.has(value) || done.has(value)) {
      stack.pop()
      open.delete(value)
      done.add(value)
      continue
    }
    open.add(value)
    const inside: object[] = []
    collect(value, inside)
    for (const item of inside) {
      if (open.has(item)) return true
      if (!done.has(item)) stack.push(item)
    }
  }
  return false
}
