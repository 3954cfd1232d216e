/** Why a value cannot be arguments, or undefined where it can. */
export type StructureFault = 'too-deep' | 'too-large' | 'prototype-key' | undefined

/** What a value may be like. */
export interface StructureLimits {
  /** Levels of arrays and objects. */
  readonly maxDepth: number
  /** Allows own `__proto__` keys. */
  readonly prototypeKeys?: boolean
}

interface Tally {
  containers: number
  prototypeKey: boolean
}

/** Arrays and objects in one value; far above what a text of the allowed length can hold. */
const maxContainers = 1_000_000

/**
 * Checks a value, never deeper than the limit. Arrays and plain objects are looked into; instances of classes, which
 * only code can pass, are left to the schema. A cycle is too deep.
 */
export function checkStructure(root: object, { maxDepth, prototypeKeys = false }: StructureLimits): StructureFault {
  const tally: Tally = { containers: 0, prototypeKey: false }
  const fits = isWithin(root, maxDepth, tally)
  if (tally.prototypeKey && !prototypeKeys) return 'prototype-key'
  if (fits) return undefined
  return tally.containers > maxContainers ? 'too-large' : 'too-deep'
}

function isWithin(value: object, levels: number, tally: Tally): boolean {
  tally.containers += 1
  if (levels <= 0 || tally.containers > maxContainers) return false
  if (Array.isArray(value)) {
    for (const item of value) if (isContainer(item) && !isWithin(item, levels - 1, tally)) return false
    return true
  }
  for (const key in value) {
    if (key === '__proto__') tally.prototypeKey = true
    const item: unknown = value[key as never]
    if (isContainer(item) && !isWithin(item, levels - 1, tally)) return false
  }
  return true
}

/** Whether a value is looked into: an array or a plain object. */
export function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
