import { checkStructure } from '../dispatch/check-structure.ts'
import { hasCycle } from './has-cycle.ts'
import { isSchemaObject, type Schema } from './json-types.ts'

const maxDepth = 256
const untrustedDepth = 64
const untrustedLength = 262_144

/**
 * Throws where something is no JSON Schema at all, or is larger than it may be. Odd keywords are no reason: what is
 * not understood is ignored.
 */
export function checkSource(source: unknown, trust: boolean): asserts source is Schema {
  if (typeof source === 'boolean') return
  if (!isSchemaObject(source)) {
    const kind = source === null ? 'null' : Array.isArray(source) ? 'an array' : typeof source
    throw new TypeError(`jsonSchema: a JSON Schema is an object or a boolean, got ${kind}`)
  }
  if ('~standard' in source) throw new TypeError('jsonSchema: this is a Standard Schema already; use it as it is')
  const limit = trust ? maxDepth : untrustedDepth
  const fault = checkStructure(source, { maxDepth: limit, prototypeKeys: true })
  if (fault !== undefined) {
    if (hasCycle(source)) throw new TypeError('jsonSchema: the schema contains itself as an object; use $ref')
    throw new RangeError(`jsonSchema: the schema is ${fault}; at most ${limit} levels are allowed`)
  }
  if (trust) return
  const { length } = JSON.stringify(source)
  if (length > untrustedLength) {
    throw new RangeError(
      `jsonSchema: the schema has ${length} characters; ${untrustedLength} are allowed without trust`,
    )
  }
}
